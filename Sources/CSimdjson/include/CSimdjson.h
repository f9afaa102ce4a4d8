#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Why a document was not taken.
enum {
    SLUICE_JSON_OK = 0,
    SLUICE_JSON_EMPTY = 1,
    SLUICE_JSON_MEMORY = 2,
    /// Everything else: the caller looks for the place and the reason itself.
    SLUICE_JSON_INVALID = 3
};

/// A parsed document. `tape` and `strings` live until `document` is given to `sluice_json_free`; their layout is
/// described in simdjson's doc/tape.md.
typedef struct {
    int error;
    void *document;
    const uint64_t *tape;
    const uint8_t *strings;
} sluice_json_result;

/// Parses `length` bytes, which need no padding. Every thread has a parser of its own behind this.
/// `max_depth` is the number of objects and arrays that may stand inside one another.
sluice_json_result sluice_json_parse(const uint8_t *bytes, size_t length, size_t max_depth);

void sluice_json_free(void *document);

#ifdef __cplusplus
}
#endif
