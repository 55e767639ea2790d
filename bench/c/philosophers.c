/*
 * Dining philosophers by hand: what a generator of C could hope for.
 *
 *     gcc -O2 -DN=13 -o philosophers bench/c/philosophers.c && ./philosophers
 *
 * The twin of bench/models/philosophers-atomic.libretto with `turned = true`, breadth-first over
 * states of one 64-bit word:
 *
 *     bit  0 .. N-1          forks that are held
 *     bits N+2p, N+2p+1      what philosopher p does: thinks, is hungry, eats, leaves
 *
 * States lie in an arena in the order of finding, which is the queue, too. The table holds 32-bit
 * ids by open addressing, and doubles when it is two thirds full. A batch of states is expanded
 * into a buffer first, and the slots of all successors are fetched early, so that the waits for
 * memory overlap.
 *
 * Prints: states, transitions, seconds of the search.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef N
#define N 13
#endif
#define BATCH 128
#define SHIFT(p) (N + 2 * (p))
#define FIRST(p) ((p) == N - 1 ? 0 : (p))
#define SECOND(p) ((p) == N - 1 ? N - 1 : (p) + 1)

static uint64_t *arena;
static uint64_t capacity = 1 << 16, found = 0;
static uint32_t *table;
static uint64_t mask = (1 << 17) - 1;

static void *grown(void *old, uint64_t bytes) {
  void *made = realloc(old, bytes);
  if (made == NULL) { fprintf(stderr, "out of memory\n"); exit(1); }
  return made;
}

static uint64_t hash(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ x >> 32;
}

/* Ids in the table are one more than their place in the arena; 0 is an empty slot. */
static void insert(uint64_t state, uint64_t hashed) {
  uint64_t slot = hashed & mask;
  while (table[slot] != 0) {
    if (arena[table[slot] - 1] == state) return;
    slot = (slot + 1) & mask;
  }
  if (found == capacity) arena = grown(arena, (capacity *= 2) * sizeof *arena);
  arena[found++] = state;
  table[slot] = (uint32_t)found;
}

static void widen(void) {
  mask = mask * 2 + 1;
  free(table);
  table = calloc(mask + 1, sizeof *table);
  if (table == NULL) { fprintf(stderr, "out of memory\n"); exit(1); }
  for (uint64_t id = 0; id < found; id++) {
    uint64_t slot = hash(arena[id]) & mask;
    while (table[slot] != 0) slot = (slot + 1) & mask;
    table[slot] = (uint32_t)(id + 1);
  }
}

/* Each philosopher has one step at most. */
static uint64_t expand(uint64_t s, uint64_t *out) {
  uint64_t count = 0;
#pragma GCC unroll 32
  for (int p = 0; p < N; p++) {
    const uint64_t first = 1ull << FIRST(p), second = 1ull << SECOND(p);
    const uint64_t one = 1ull << SHIFT(p), three = 3ull << SHIFT(p);
    switch (s >> SHIFT(p) & 3) {
      case 0: if (!(s & first)) out[count++] = (s | first) + one; break;
      case 1: if (!(s & second)) out[count++] = (s | second) + one; break;
      case 2: out[count++] = (s & ~first) + one; break;
      default: out[count++] = s & ~second & ~three; break;
    }
  }
  return count;
}

int main(void) {
  static uint64_t next[BATCH * N], hashes[BATCH * N];
  struct timespec begin, end;
  uint64_t transitions = 0;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  arena = grown(NULL, capacity * sizeof *arena);
  table = calloc(mask + 1, sizeof *table);
  insert(0, hash(0));
  for (uint64_t at = 0; at < found;) {
    const uint64_t stop = found - at < BATCH ? found : at + BATCH;
    uint64_t count = 0;
    while (at < stop) count += expand(arena[at++], next + count);
    transitions += count;
    while ((found + count) * 3 > mask * 2) widen();
    for (uint64_t i = 0; i < count; i++) {
      hashes[i] = hash(next[i]);
      __builtin_prefetch(&table[hashes[i] & mask]);
    }
    for (uint64_t i = 0; i < count; i++) {
      const uint32_t id = table[hashes[i] & mask];
      if (id != 0) __builtin_prefetch(&arena[id - 1]);
    }
    for (uint64_t i = 0; i < count; i++) insert(next[i], hashes[i]);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%llu %llu %.6f\n", (unsigned long long)found, (unsigned long long)transitions,
         (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
  return 0;
}
