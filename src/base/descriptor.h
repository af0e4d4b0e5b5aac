/* Paths that are another word for a descriptor of the process. */
#ifndef SOW_BASE_DESCRIPTOR_H
#define SOW_BASE_DESCRIPTOR_H

/*
 * The number that /dev/stdout, /dev/stderr, /dev/fd/N or /proc/self/fd/N names; -1 for other paths. It is to
 * be used itself: opened by its name it would be another description of what is behind it, which begins at
 * the first byte, or it could not be opened at all (a socket, what another user opened, a system without
 * /proc).
 */
int sow__descriptor_of(const char *path);

#endif
