#pragma once
int sluice_simdjson_placeholder(void);
