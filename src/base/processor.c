#include "base/processor.h"

#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"

static const char *const names[SOW__ISA_COUNT] = {
    [SOW__ISA_PORTABLE] = "portable",
    [SOW__ISA_NEON] = "neon",
    [SOW__ISA_AVX2] = "avx2",
    [SOW__ISA_AVX512] = "avx512",
    [SOW__ISA_AVX512_BF16] = "avx512_bf16",
};

/* ---- what the machine can run ---- */

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>

/* Intel SDM vol. 1, 13.2 and 14.3: CPUID says what the processor has, XCR0 what the system saves. */
enum {
  LEAF1_ECX = 1u << 12 | 1u << 27 | 1u << 28 | 1u << 29, /* FMA, OSXSAVE, AVX, F16C */
  LEAF7_AVX2 = 1u << 5,
  LEAF7_AVX512 = 1u << 16 | 1u << 17 | 1u << 30, /* F, DQ, BW; VL is bit 31 */
  LEAF7_1_EAX_BF16 = 1u << 5,
  XCR0_YMM = 0x06,
  XCR0_ZMM = 0xe6
};
static const unsigned leaf7_avx512vl = 1u << 31;

static unsigned read_xcr0(void) {
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static sow__isa widest(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & LEAF1_ECX) != LEAF1_ECX)
    return SOW__ISA_PORTABLE;
  unsigned saved = read_xcr0();
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (ebx & LEAF7_AVX2) == 0 ||
      (saved & XCR0_YMM) != XCR0_YMM)
    return SOW__ISA_PORTABLE;
  bool wide = (ebx & LEAF7_AVX512) == LEAF7_AVX512 && (ebx & leaf7_avx512vl) != 0;
  if (!wide || (saved & XCR0_ZMM) != XCR0_ZMM)
    return SOW__ISA_AVX2;
  bool rounds = __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & LEAF7_1_EAX_BF16) != 0;
  return rounds ? SOW__ISA_AVX512_BF16 : SOW__ISA_AVX512;
}

static bool is_built(sow__isa isa) {
  return isa != SOW__ISA_NEON;
}
#elif defined(__aarch64__) && defined(__GNUC__)
static sow__isa widest(void) {
  return SOW__ISA_NEON;
}

static bool is_built(sow__isa isa) {
  return isa <= SOW__ISA_NEON;
}
#else
static sow__isa widest(void) {
  return SOW__ISA_PORTABLE;
}

static bool is_built(sow__isa isa) {
  return isa == SOW__ISA_PORTABLE;
}
#endif

static bool is_supported(sow__isa isa) {
  return is_built(isa) && isa <= widest();
}

/* ---- the choice ---- */

static atomic_int isa_chosen = SOW__ISA_COUNT; /* nothing yet */

sow__isa sow__isa_used(void) {
  int now = atomic_load_explicit(&isa_chosen, memory_order_relaxed);
  if (now != SOW__ISA_COUNT)
    return (sow__isa)now;
  /* Whoever chose by name meanwhile stays: `now` then holds that. */
  int best = (int)widest();
  return (sow__isa)(atomic_compare_exchange_strong(&isa_chosen, &now, best) ? best : now);
}

int sow_isa_count(void) {
  return SOW__ISA_COUNT;
}

const char *sow_isa_name(int index) {
  return index >= 0 && index < SOW__ISA_COUNT ? names[index] : NULL;
}

bool sow_isa_is_supported(int index) {
  return index >= 0 && index < SOW__ISA_COUNT && is_supported((sow__isa)index);
}

const char *sow_isa_used(void) {
  return names[sow__isa_used()];
}

sow_status sow_isa_use(const char *name, sow_error *error) {
  sow__nearest nearest = {.name = name};
  for (int i = 0; i < SOW__ISA_COUNT; i++) {
    sow__nearest_offer(&nearest, names[i]);
    if (strcmp(names[i], name) != 0)
      continue;
    if (!is_built((sow__isa)i))
      return sow__fail(error, SOW_UNSUPPORTED, "%s is for another kind of processor", name);
    if (!is_supported((sow__isa)i))
      return sow__fail(error, SOW_UNSUPPORTED,
                       "%s cannot run here: the processor or the operating system lacks it", name);
    atomic_store(&isa_chosen, i);
    return SOW_OK;
  }
  char hint[64];
  return sow__fail(error, SOW_UNKNOWN_NAME, "unknown instruction set '%.40s'%s", name,
                   sow__nearest_hint(&nearest, hint, sizeof hint));
}
