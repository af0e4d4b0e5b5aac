/* cmocka, which wants these before it. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

/* in this order, apart from others */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
