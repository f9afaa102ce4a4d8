#pragma once
// Glibc's module for Swift leaves it out.
#include <malloc.h>
