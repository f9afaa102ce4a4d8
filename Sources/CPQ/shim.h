#pragma once

#include <libpq-fe.h>
#include <sys/eventfd.h>

// Glibc's module for Swift leaves eventfd out.
static inline int sluice_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
