#include "CSimdjson.h"

#include <memory>
#include <new>
#include <simdjson.h>

using namespace simdjson;

namespace {

// A parser keeps about five bytes for each byte of the largest document it has seen. One that grew above this is
// given back after use, so that a rare large message does not stay in memory for each thread.
constexpr size_t kept_capacity = 1 << 20;

// simdjson's parsers are not for sharing, so each thread has one. It also holds the padded copy of the input: simdjson
// reads up to 64 bytes past the end.
thread_local std::unique_ptr<dom::parser> parser;

int label(error_code error) {
    switch (error) {
    case SUCCESS: return SLUICE_JSON_OK;
    case EMPTY: return SLUICE_JSON_EMPTY;
    case MEMALLOC: return SLUICE_JSON_MEMORY;
    case CAPACITY: return SLUICE_JSON_MEMORY;
    default: return SLUICE_JSON_INVALID;
    }
}

error_code parse(dom::document &document, const uint8_t *bytes, size_t length, size_t max_depth) {
    if (!parser) { parser.reset(new (std::nothrow) dom::parser()); }
    if (!parser) { return MEMALLOC; }
    // simdjson counts the document itself as one level.
    size_t levels = max_depth + 1;
    if (parser->capacity() < length || parser->max_depth() != levels) {
        size_t capacity = length > parser->capacity() ? length : parser->capacity();
        error_code error = parser->allocate(capacity < 4096 ? 4096 : capacity, levels);
        if (error) { return error; }
    }
    error_code error = parser->parse_into_document(document, bytes, length, true).error();
    if (parser->capacity() > kept_capacity) { parser.reset(); }
    return error;
}

}  // namespace

sluice_json_result sluice_json_parse(const uint8_t *bytes, size_t length, size_t max_depth) {
    sluice_json_result result = {SLUICE_JSON_EMPTY, nullptr, nullptr, nullptr};
    if (length == 0) { return result; }
    std::unique_ptr<dom::document> document(new (std::nothrow) dom::document());
    result.error = document ? label(parse(*document, bytes, length, max_depth)) : SLUICE_JSON_MEMORY;
    if (result.error != SLUICE_JSON_OK) { return result; }
    result.tape = document->tape.get();
    result.strings = document->string_buf.get();
    result.document = document.release();
    return result;
}

void sluice_json_free(void *document) {
    delete static_cast<dom::document *>(document);
}
