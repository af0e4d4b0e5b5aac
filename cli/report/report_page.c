#include "cli/report/report_page.h"

#ifdef SOW_REPORT_PAGE

/* The assembler reads the file as it is: as an array in C a megabyte takes the compiler seconds. */
__asm__(".section .rodata\n"
        ".globl report_page_begin, report_page_end\n"
        "report_page_begin: .incbin \"" SOW_REPORT_PAGE "\"\n"
        "report_page_end: .byte 0\n"
        ".previous\n");

extern const char report_page_begin[], report_page_end[];

const char *report_page(size_t *size) {
  *size = (size_t)(report_page_end - report_page_begin);
  return report_page_begin;
}

#else

const char *report_page(size_t *size) {
  *size = 0;
  return NULL;
}

#endif
