#pragma once
// Debian's libxml2 names ICU's headers, which clash with the ICU inside Swift's Foundation. Nothing here uses them.
#include <string.h>
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/// libxml2 prints errors to standard error unless told otherwise; the macro behind it is not importable.
static inline void sluice_xml_silence(void *context, const char *message, ...) { (void)context; (void)message; }
static inline void sluice_xml_silence_errors(void) { xmlSetGenericErrorFunc(NULL, sluice_xml_silence); }
static inline void sluice_xml_free(void *pointer) { xmlFree(pointer); }

#if LIBXML_VERSION >= 21200
typedef const xmlError *sluice_xml_error;
#else
typedef xmlErrorPtr sluice_xml_error;
#endif

/// The first error of a parse or an evaluation; code 0 is none. Nothing is printed then.
typedef struct {
    int code;
    int line;
    int column;
    /// XPath only: the byte of the expression.
    int offset;
    /// What stands behind a '&'; the codes do not tell it from other names and characters.
    int is_reference;
} sluice_xml_note;

static inline void sluice_xml_take_note(void *context, sluice_xml_error error) {
    sluice_xml_note *note = (sluice_xml_note *)context;
    if (note == NULL || note->code != 0 || error->level < XML_ERR_ERROR) return;
    // A namespace's name that is no proper URI is an error in name only.
    if (error->code == XML_WAR_NS_URI || error->code == XML_WAR_NS_URI_RELATIVE) return;
    note->code = error->code;
    note->line = error->line;
    note->column = error->int2;
    note->offset = error->int1;
    note->is_reference =
        error->message != NULL && (strstr(error->message, "EntityRef") != NULL || strstr(error->message, "CharRef") != NULL);
}
static inline void sluice_xml_take_parser_note(void *context, sluice_xml_error error) {
    if (context != NULL) sluice_xml_take_note(((xmlParserCtxtPtr)context)->_private, error);
}
static inline void sluice_xml_watch_parser(xmlParserCtxtPtr parser, sluice_xml_note *note) {
    parser->_private = note;
    parser->sax->serror = sluice_xml_take_parser_note;
}
static inline void sluice_xml_watch_reader(xmlTextReaderPtr reader, sluice_xml_note *note) {
    xmlTextReaderSetStructuredErrorHandler(reader, sluice_xml_take_note, note);
}
static inline void sluice_xml_watch_xpath(xmlXPathContextPtr context, sluice_xml_note *note) {
    context->userData = note;
    context->error = sluice_xml_take_note;
}
