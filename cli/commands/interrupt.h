/* Being stopped in the middle of writing: clean up first, then die of the signal as the sender expects. */
#ifndef SOW_CLI_INTERRUPT_H
#define SOW_CLI_INTERRUPT_H

#include <signal.h>

/* The number of the signal that came since interrupt_catch, 0 for none. */
extern volatile sig_atomic_t interrupt_signal;

/* From here on SIGINT, SIGTERM, SIGHUP (unless ignored) and SIGPIPE set interrupt_signal. */
void interrupt_catch(void);

/* Ends the process by the signal that came; returns if none did. */
void interrupt_obey(void);

#endif
