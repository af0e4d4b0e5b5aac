/* Which of how many processes this one is, by the variables of what launched them: --slice auto. */
#ifndef SOW_CLI_LAUNCHER_H
#define SOW_CLI_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * *rank from 0 on, of *size. False, with a complaint that names the variables, where none are set, where two
 * launchers disagree, and where values are no rank and size.
 */
bool launcher_read(uint64_t *rank, uint64_t *size);

#endif
