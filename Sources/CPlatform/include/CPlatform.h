// The few things Linux offers that Swift cannot reach by itself.
#pragma once
#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as in RFC 3720 §12.1. Start with crc = 0;
// feed the previous result to continue. Uses the processor's instruction where there is one.
uint32_t cplatform_crc32c(uint32_t crc, const void *data, size_t length);

// A 64-bit hash of a byte string, keyed, stable across processes and machines (SipHash-1-3).
// Used for ids and ordering keys, where an attacker who chooses the text must not choose collisions.
uint64_t cplatform_siphash13(uint64_t k0, uint64_t k1, const void *data, size_t length);

// A non-blocking, close-on-exec eventfd; -1 and errno on failure.
int cplatform_eventfd(void);
// Adds one to the counter: wakes whoever polls the descriptor.
void cplatform_eventfd_signal(int fd);
// Resets the counter.
void cplatform_eventfd_drain(int fd);

// Opens for reading past the page cache (O_DIRECT). -1 and errno where the file system cannot (EINVAL).
int cplatform_open_direct(const char *path);

// fdatasync that is never elided: 0, or -1 and errno.
int cplatform_fdatasync(int fd);

// Nanoseconds of CLOCK_MONOTONIC and CLOCK_REALTIME.
uint64_t cplatform_monotonic_ns(void);
uint64_t cplatform_realtime_ns(void);

// Exclusive advisory lock on an open file, not waited for. 0, or -1 and errno (EWOULDBLOCK: someone holds it).
int cplatform_lock_exclusive(int fd);
// Whether someone holds the exclusive lock of the open file: 1 or 0.
int cplatform_is_locked(int fd);
