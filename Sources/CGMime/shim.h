#pragma once
#include <gmime/gmime.h>
#include <stdlib.h>

/* GMime is built of GObject casts and macros, which Swift cannot call. What is needed of it, as functions on untyped
   pointers: every `object` is a GMimeObject (a message, a multipart, a leaf). */

typedef enum { SLUICE_MIME_LEAF, SLUICE_MIME_MULTIPART, SLUICE_MIME_MESSAGE } sluice_mime_kind;

/// How foreign mail is read: loosely, and raw bytes in headers as UTF-8, GB 18030 or Latin-1, the first that fits.
static inline void *sluice_mime_options(void) {
    static const char *charsets[] = {"utf-8", "gb18030", "iso-8859-1", NULL};
    g_mime_init();
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    return options;
}

/// NULL when there is nothing to parse; the bytes are copied.
static inline void *sluice_mime_parse(void *options, const void *bytes, size_t length) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, (GMimeParserOptions *)options);
    g_object_unref(parser);
    return message;
}

static inline void sluice_mime_free(void *message) { g_object_unref(message); }
static inline void sluice_mime_free_text(char *text) { g_free(text); }
static inline void *sluice_mime_root(void *message) { return g_mime_message_get_mime_part((GMimeMessage *)message); }

static inline sluice_mime_kind sluice_mime_kind_of(void *object) {
    if (GMIME_IS_MULTIPART(object)) return SLUICE_MIME_MULTIPART;
    return GMIME_IS_MESSAGE_PART(object) ? SLUICE_MIME_MESSAGE : SLUICE_MIME_LEAF;
}

static inline int sluice_mime_child_count(void *multipart) {
    return g_mime_multipart_get_count((GMimeMultipart *)multipart);
}

static inline void *sluice_mime_child(void *multipart, int index) {
    return g_mime_multipart_get_part((GMimeMultipart *)multipart, index);
}

/// The message inside a message/rfc822 part; NULL when it is empty.
static inline void *sluice_mime_inner(void *part) {
    return g_mime_message_part_get_message((GMimeMessagePart *)part);
}

static inline int sluice_mime_header_count(void *object) {
    return g_mime_header_list_get_count(g_mime_object_get_header_list((GMimeObject *)object));
}

static inline const char *sluice_mime_header_name(void *object, int index) {
    GMimeHeader *header =
        g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *)object), index);
    return header ? g_mime_header_get_name(header) : NULL;
}

static inline const char *sluice_mime_header_value(void *object, int index) {
    GMimeHeader *header =
        g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *)object), index);
    return header ? g_mime_header_get_raw_value(header) : NULL;
}

static inline const char *sluice_mime_type(void *object) {
    GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *)object);
    return type ? g_mime_content_type_get_media_type(type) : NULL;
}

static inline const char *sluice_mime_subtype(void *object) {
    GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *)object);
    return type ? g_mime_content_type_get_media_subtype(type) : NULL;
}

/// A parameter of a Content-Type or Content-Disposition value, decoded (RFC 2231, RFC 2047); to be freed.
static inline char *sluice_mime_parameter(void *options, const char *value, const char *name) {
    GMimeContentDisposition *parsed = g_mime_content_disposition_parse((GMimeParserOptions *)options, value);
    if (!parsed) return NULL;
    char *found = g_strdup(g_mime_content_disposition_get_parameter(parsed, name));
    g_object_unref(parsed);
    return found;
}

/// Runs the leaf's transfer encoding backwards. A stream to memory, or one that only counts; -1 when there is none.
static inline ssize_t sluice_mime_decode(void *part, GMimeStream *stream) {
    if (!GMIME_IS_PART(part)) return -1;
    GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *)part);
    return content ? g_mime_data_wrapper_write_to_stream(content, stream) : -1;
}

/// Bytes of a leaf after its transfer encoding.
static inline ssize_t sluice_mime_content_size(void *part) {
    GMimeStream *stream = g_mime_stream_null_new();
    ssize_t size = sluice_mime_decode(part, stream);
    g_object_unref(stream);
    return size;
}

/// Bytes of an enclosed message as it stands.
static inline ssize_t sluice_mime_written_size(void *object) {
    GMimeStream *stream = g_mime_stream_null_new();
    ssize_t size = g_mime_object_write_to_stream((GMimeObject *)object, NULL, stream);
    g_object_unref(stream);
    return size;
}

/// Hands a leaf's decoded bytes to `take`.
static inline void sluice_mime_content(void *part, void (*take)(void *, const unsigned char *, size_t), void *context) {
    GMimeStream *stream = g_mime_stream_mem_new();
    if (sluice_mime_decode(part, stream) > 0) {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
        take(context, bytes->data, bytes->len);
    }
    g_object_unref(stream);
}

/// Hands a message or multipart, written out again, to `take`.
static inline void sluice_mime_written(void *object, void (*take)(void *, const unsigned char *, size_t), void *context) {
    GMimeStream *stream = g_mime_stream_mem_new();
    if (g_mime_object_write_to_stream((GMimeObject *)object, NULL, stream) > 0) {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
        take(context, bytes->data, bytes->len);
    }
    g_object_unref(stream);
}

/// A header's text: unfolded, encoded words decoded; to be freed.
static inline char *sluice_mime_text(void *options, const char *raw) {
    char *unfolded = g_mime_utils_header_unfold(raw);
    char *text = g_mime_utils_header_decode_text((GMimeParserOptions *)options, unfolded);
    g_free(unfolded);
    return text;
}

/// Milliseconds since 1970 and seconds east of UTC; 0 when the text is no date.
static inline int sluice_mime_date(const char *raw, int64_t *milliseconds, int *offset) {
    GDateTime *date = g_mime_utils_header_decode_date(raw);
    if (!date) return 0;
    *milliseconds = g_date_time_to_unix(date) * 1000;
    *offset = (int)(g_date_time_get_utc_offset(date) / 1000000);
    g_date_time_unref(date);
    return 1;
}

typedef void (*sluice_mime_take_address)(void *context, const char *name, const char *address);

/// Every mailbox of an address list, those of groups too, at most `most` of them.
static inline int sluice_mime_each_address(
    InternetAddressList *list, int most, int depth, sluice_mime_take_address take, void *context) {
    int taken = 0;
    for (int i = 0; i < internet_address_list_length(list) && taken < most; i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
            take(context, internet_address_get_name(address),
                 internet_address_mailbox_get_addr((InternetAddressMailbox *)address));
            taken++;
        } else if (INTERNET_ADDRESS_IS_GROUP(address) && depth > 0) {
            taken += sluice_mime_each_address(
                internet_address_group_get_members((InternetAddressGroup *)address), most - taken, depth - 1, take,
                context);
        }
    }
    return taken;
}

static inline void sluice_mime_addresses(
    void *options, const char *raw, int most, sluice_mime_take_address take, void *context) {
    InternetAddressList *list = internet_address_list_parse((GMimeParserOptions *)options, raw);
    if (!list) return;
    sluice_mime_each_address(list, most, 4, take, context);
    g_object_unref(list);
}
