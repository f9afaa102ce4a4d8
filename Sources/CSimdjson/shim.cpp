#include "CSimdjson.h"
int sluice_simdjson_placeholder(void) { return 0; }
