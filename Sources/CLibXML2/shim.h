#pragma once
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

/// libxml2 prints errors to standard error unless told otherwise; the macro behind it is not importable.
static inline void sluice_xml_silence(void *context, const char *message, ...) { (void)context; (void)message; }
static inline void sluice_xml_silence_errors(void) { xmlSetGenericErrorFunc(NULL, sluice_xml_silence); }
static inline void sluice_xml_free(void *pointer) { xmlFree(pointer); }
