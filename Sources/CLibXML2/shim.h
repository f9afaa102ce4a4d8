#pragma once
// Debian's libxml2 names ICU's headers, which clash with the ICU inside Swift's Foundation. Nothing here uses them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

/// libxml2 prints errors to standard error unless told otherwise; the macro behind it is not importable.
static inline void sluice_xml_silence(void *context, const char *message, ...) { (void)context; (void)message; }
static inline void sluice_xml_silence_errors(void) { xmlSetGenericErrorFunc(NULL, sluice_xml_silence); }
static inline void sluice_xml_free(void *pointer) { xmlFree(pointer); }
