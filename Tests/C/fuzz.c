/* Random calls of the C interface, most of them wrong: every one must return a code of the header, with a message where it failed.
 *
 *     fuzz CALLS SEED THREADS
 *
 * What is passed is malloc'ed to exactly the length that is claimed, so that AddressSanitizer or valgrind sees every byte that is
 * read too far. Lengths are wrong for the program, never for the buffer, unless the pointer is NULL. */

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conesolver.h"

enum { POOL = 24, LONGEST = 40 };

typedef struct {
  uint64_t state;
  long calls, failures, solves;
} fuzzer;

/* Handles that all threads use; destroyed ones stay here for a while. */
static void *volatile solvers[POOL], *volatile trainings[POOL];

/* ----------------------------------------------------------------------------------------------------------- random data */

static uint64_t next(fuzzer *f) {
  uint64_t z = (f->state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int below(fuzzer *f, int n) { return (int)(next(f) % (uint64_t)n); }
static int chance(fuzzer *f, int percent) { return below(f, 100) < percent; }
static double uniform(fuzzer *f) { return (double)(next(f) >> 11) * 0x1p-52 - 1; }

static double odd_number(fuzzer *f) {
  static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308, 1e-308, 5e-324, 0, -0.0, 1e20, -1e25, 0x1p53, 1e9, -1};
  return odd[below(f, sizeof odd / sizeof *odd)];
}

static int64_t odd_length(fuzzer *f) {
  static const int64_t odd[] = {-1, 0, 1, INT64_MAX, INT64_MIN, INT32_MAX, (int64_t)1 << 40, (int64_t)1 << 62, 3000000000};
  return odd[below(f, sizeof odd / sizeof *odd)];
}

static double *numbers(fuzzer *f, int64_t count, int odd_percent) {
  double *values = malloc((size_t)count * sizeof *values);
  for (int64_t k = 0; k < count; k++) values[k] = chance(f, odd_percent) ? odd_number(f) : uniform(f);
  return values;
}

/* A sparse matrix in buffers of exactly its claimed lengths. */
static cone_matrix make_matrix(fuzzer *f, int64_t rows, int64_t columns, int is_symmetric, int odd_percent) {
  int64_t *pointers = malloc((size_t)(columns + 1) * sizeof *pointers);
  int64_t *indices = malloc((size_t)(rows * columns + 1) * sizeof *indices);
  int64_t count = 0;
  pointers[0] = 0;
  for (int64_t j = 0; j < columns; j++) {
    for (int64_t i = 0; i < rows; i++)
      if ((is_symmetric && i == j) || (!is_symmetric && chance(f, 50))) indices[count++] = i;
    pointers[j + 1] = count;
  }
  indices = realloc(indices, (size_t)count * sizeof *indices + !count);
  double *values = numbers(f, count, odd_percent);
  if (is_symmetric && chance(f, 80))
    for (int64_t k = 0; k < count; k++) values[k] = fabs(values[k]);
  if (chance(f, odd_percent) && count) {
    switch (below(f, 6)) {
    case 0: indices[below(f, (int)count)] = odd_length(f); break;            /* out of range */
    case 1: indices[below(f, (int)count)] = indices[below(f, (int)count)]; break; /* duplicate, out of order */
    case 2: pointers[below(f, (int)columns + 1)] = odd_length(f); break;
    case 3: pointers[below(f, (int)columns + 1)] += below(f, 5) - 2; break;
    case 4: indices[0] += rows; break;
    case 5: pointers[columns] = count + 1; break;
    }
  }
  cone_matrix matrix = {rows, columns, pointers, indices, values, count};
  return matrix;
}

static void free_matrix(cone_matrix *matrix) {
  free((void *)matrix->column_pointers);
  free((void *)matrix->row_indices);
  free((void *)matrix->values);
}

/* --------------------------------------------------------------------------------------------------------------- judging */

static void judge(fuzzer *f, cone_code code, const char *call) {
  f->calls++;
  const char *message = cone_last_error();
  if (code > CONE_WITHOUT_EFFECT || code < CONE_NUMERICAL_ERROR || message == NULL) {
    fprintf(stderr, "%s returned %d\n", call, (int)code);
    abort();
  }
  if (code < 0) {
    f->failures++;
    if (!*message) {
      fprintf(stderr, "%s returned %d without a message\n", call, (int)code);
      abort();
    }
  }
}

static void *pick(fuzzer *f, void *volatile *pool) {
  if (chance(f, 2)) return NULL;
  if (chance(f, 2)) return (void *)(uintptr_t)next(f);
  /* The wrong kind of handle, now and then. */
  if (chance(f, 2)) pool = pool == solvers ? trainings : solvers;
  return pool[below(f, POOL)];
}

/* ----------------------------------------------------------------------------------------------------------------- calls */

static void create(fuzzer *f) {
  int odd = chance(f, 50) ? 10 : 0;
  cone_factor cones[6];
  int cone_count = below(f, 5);
  int64_t m = 0, n = below(f, 7);
  for (int k = 0; k < cone_count; k++) {
    cones[k].kind = below(f, 4);
    cones[k].size = below(f, cones[k].kind == CONE_SEMIDEFINITE ? 4 : 5);
    m += cones[k].kind == CONE_SEMIDEFINITE ? cones[k].size * (cones[k].size + 1) / 2 : cones[k].size;
    if (chance(f, odd)) cones[k].size = odd_length(f);
    if (chance(f, odd)) cones[k].kind = odd_length(f);
  }
  int64_t n_A = chance(f, odd) ? below(f, 9) : n, m_A = chance(f, odd) ? below(f, 9) : m;
  int64_t n_P = chance(f, odd) ? below(f, 9) : n;
  cone_matrix A = make_matrix(f, m_A, n_A, 0, odd), P = make_matrix(f, n_P, n_P, 1, odd);
  double *q = numbers(f, n, odd / 3), *b = numbers(f, m, odd / 3);
  cone_factor *own = malloc(sizeof *own * (size_t)cone_count + 1);
  memcpy(own, cones, sizeof *own * (size_t)cone_count);

  cone_matrix A_passed = A, P_passed = P;
  const double *q_passed = q, *b_passed = b;
  int64_t q_count = n, b_count = m, passed_count = cone_count;
  const cone_factor *cones_passed = own;
  if (chance(f, odd)) { /* a pointer is NULL, with whatever length */
    switch (below(f, 6)) {
    case 0: q_passed = NULL, q_count = chance(f, 50) ? odd_length(f) : n; break;
    case 1: b_passed = NULL, b_count = chance(f, 50) ? odd_length(f) : m; break;
    case 2: cones_passed = NULL, passed_count = chance(f, 50) ? odd_length(f) : cone_count; break;
    case 3: A_passed.values = NULL, A_passed.row_indices = NULL, A_passed.count = odd_length(f); break;
    case 4: A_passed.row_indices = NULL; break;
    case 5: P_passed.column_pointers = NULL, P_passed.columns = odd_length(f); break;
    }
  }
  if (chance(f, odd)) A_passed.rows = odd_length(f);
  if (chance(f, odd)) q_count = q_count > 0 ? below(f, (int)(q_count < LONGEST ? q_count : LONGEST)) : -1;

  cone_solver *solver = NULL;
  cone_code code = cone_create(
      chance(f, 40) ? &P_passed : NULL, q_passed, q_count, chance(f, 98) ? &A_passed : NULL, b_passed, b_count, cones_passed,
      passed_count, chance(f, 99) ? &solver : NULL);
  judge(f, code, "cone_create");
  if (solver) {
    void *volatile *slot = &solvers[below(f, POOL)];
    cone_destroy(*slot);
    *slot = solver;
  }
  free_matrix(&A);
  free_matrix(&P);
  free(q);
  free(b);
  free(own);
}

static const char *const names[] = {
  "eps_abs", "eps_rel", "tol_gap_abs", "tol_gap_rel", "tol_feas", "eps_infeas", "tol_infeas_rel", "max_iter", "max_iters",
  "maxIterations", "time_limit", "presolve", "presolve_enable", "retries", "objectiveConstant", "kkt", "normalize",
  "equilibrate_enable", "", "no such option", "\xff\xfe\x80", "gap", "node_limit", "lift", "epsAbs",
};
static const char *const texts[] = {"1e-6", "auto", "schur", "quasidefinite", "true", "0", "", "\xc3\x28", "nan", "-1", "exact", "sdp-nn", "1e400"};

static void set(fuzzer *f) {
  const char *name = chance(f, 2) ? NULL : names[below(f, sizeof names / sizeof *names)];
  double value = chance(f, 40) ? odd_number(f) : chance(f, 50) ? fabs(uniform(f)) * 1e-3 : below(f, 40);
  const char *text = chance(f, 3) ? NULL : texts[below(f, sizeof texts / sizeof *texts)];
  int is_text = chance(f, 30);
  if (chance(f, 75)) {
    void *s = pick(f, solvers);
    judge(f, is_text ? cone_set_text(s, name, text) : cone_set_number(s, name, value), "cone_set");
  } else {
    void *t = pick(f, trainings);
    judge(f, is_text ? cone_training_set_text(t, name, text) : cone_training_set_number(t, name, value), "cone_training_set");
    judge(f, cone_training_set_number(t, "time_limit", 0.02), "cone_training_set_number");
  }
}

/* Calls back into the library, as a curious user would, and stops now and then. */
static int observe(const cone_iteration *iteration, void *context) {
  fuzzer *f = context;
  cone_info info;
  void *s = pick(f, solvers);
  judge(f, cone_get_info(s, &info, sizeof info), "cone_get_info");
  judge(f, cone_set_number(s, "eps_abs", 1e-7), "cone_set_number");
  if (chance(f, 10)) judge(f, cone_solve(s == solvers[0] ? s : NULL), "cone_solve");
  return iteration->number > below(f, 30) && chance(f, 30);
}

static int observe_training(const cone_progress *progress, void *context) {
  (void)progress;
  return chance(context, 10);
}

static void take_line(const char *line, void *context) { ((fuzzer *)context)->state ^= strlen(line); }

static void update(fuzzer *f) {
  void *s = pick(f, solvers);
  cone_size sizes = {0};
  int64_t count = below(f, LONGEST);
  int array = chance(f, 5) ? (int)odd_length(f) : below(f, 7);
  if (cone_get_size(s, &sizes, sizeof sizes) == CONE_OK && chance(f, 90)) {
    int64_t right[] = {sizes.P_count, sizes.variables, sizes.A_count, sizes.rows, sizes.variables, sizes.rows, sizes.rows};
    if (array >= 0 && array < 7) count = right[array];
  }
  double *values = numbers(f, count, chance(f, 50) ? 5 : 0);
  if (chance(f, 50)) {
    judge(f, cone_update(s, (cone_array)array, values, count), "cone_update");
    judge(f, cone_update(s, (cone_array)array, NULL, odd_length(f)), "cone_update");
  } else {
    judge(f, cone_get(s, (cone_array)array, values, count), "cone_get");
    judge(f, cone_get(s, (cone_array)array, NULL, odd_length(f)), "cone_get");
  }
  free(values);
}

static void inspect(fuzzer *f) {
  void *s = pick(f, solvers);
  cone_info *info = malloc(sizeof *info);
  cone_size *sizes = malloc(sizeof *sizes);
  judge(f, cone_get_info(s, chance(f, 98) ? info : NULL, chance(f, 95) ? sizeof *info : (size_t)odd_length(f)), "cone_get_info");
  cone_code code = cone_get_size(s, sizes, sizeof *sizes);
  judge(f, code, "cone_get_size");
  int64_t pointer_count = code == CONE_OK && chance(f, 90) ? sizes->variables + 1 : below(f, LONGEST);
  int64_t index_count = code == CONE_OK && chance(f, 90) ? sizes->A_count : below(f, LONGEST);
  int64_t *pointers = malloc((size_t)pointer_count * sizeof *pointers + 1), *indices = malloc((size_t)index_count * sizeof *indices + 1);
  judge(
      f, cone_get_pattern(s, chance(f, 90) ? CONE_A : (cone_array)below(f, 9), pointers, pointer_count, indices, index_count),
      "cone_get_pattern");
  int64_t cone_count = code == CONE_OK && chance(f, 90) ? sizes->cone_count : below(f, LONGEST);
  cone_factor *cones = malloc((size_t)cone_count * sizeof *cones + 1);
  judge(f, cone_get_cones(s, cones, cone_count), "cone_get_cones");
  if (!cone_message(s)) abort();
  free(info), free(sizes), free(pointers), free(indices), free(cones);
}

static cone_table make_table(fuzzer *f, int64_t rows, int64_t columns, int odd_percent) {
  cone_table table = {rows, columns, numbers(f, rows * columns, odd_percent)};
  return table;
}

static void train(fuzzer *f) {
  int odd = chance(f, 40) ? 5 : 0;
  int64_t n = below(f, 8), d = below(f, 4), c = below(f, 3);
  cone_table X = make_table(f, n, d, odd), Y = make_table(f, chance(f, 95) ? n : below(f, 8), c, odd), X_passed = X;
  if (chance(f, odd)) X_passed.values = NULL, X_passed.rows = odd_length(f), X_passed.columns = odd_length(f);
  cone_training *training = NULL;
  judge(
      f,
      cone_training_create(
          chance(f, 98) ? &X_passed : NULL, &Y, chance(f, 90) ? 0.1 : odd_number(f), below(f, 2), chance(f, 98) ? &training : NULL),
      "cone_training_create");
  if (training) {
    void *volatile *slot = &trainings[below(f, POOL)];
    cone_training_destroy(*slot);
    *slot = training;
    judge(f, cone_training_set_number(training, "time_limit", 0.02), "cone_training_set_number");
    judge(f, cone_training_set_number(training, "threads", 1), "cone_training_set_number");
  }
  void *t = pick(f, trainings);
  if (chance(f, 50)) judge(f, cone_training_set_observer(t, observe_training, f), "cone_training_set_observer");
  if (chance(f, 60)) {
    judge(f, cone_training_run(t), "cone_training_run");
  } else {
    int64_t k = below(f, 4);
    cone_table U = make_table(f, k, chance(f, 80) ? d : below(f, 5), odd), V = make_table(f, chance(f, 90) ? k : below(f, 4), c, odd);
    judge(f, cone_training_certify(t, chance(f, 98) ? &U : NULL, &V), "cone_training_certify");
    free((void *)U.values), free((void *)V.values);
  }
  judge(f, cone_training_set_observer(t, NULL, NULL), "cone_training_set_observer");
  if (!cone_training_report(t) || !cone_training_model(t)) abort();
  if (chance(f, 20)) judge(f, cone_training_cancel(pick(f, trainings)), "cone_training_cancel");
  if (chance(f, 20)) judge(f, cone_training_destroy(pick(f, trainings)), "cone_training_destroy");
  free((void *)X.values), free((void *)Y.values);
}

static void solve(fuzzer *f) {
  void *s = pick(f, solvers);
  if (chance(f, 30)) judge(f, cone_set_observer(s, observe, f), "cone_set_observer");
  if (chance(f, 10)) judge(f, cone_set_log(s, take_line, f), "cone_set_log");
  f->solves++;
  judge(f, cone_solve(s), "cone_solve");
  /* The context is this thread's. */
  judge(f, cone_set_observer(s, NULL, NULL), "cone_set_observer");
  judge(f, cone_set_log(s, NULL, NULL), "cone_set_log");
}

static void other(fuzzer *f) {
  switch (below(f, 4)) {
  case 0: judge(f, cone_destroy(pick(f, solvers)), "cone_destroy"); break;
  case 1: judge(f, cone_cancel(pick(f, solvers)), "cone_cancel"); break;
  case 2: {
    cone_solver *solver;
    judge(f, cone_read(chance(f, 90) ? "/no/such/file.cbf" : NULL, &solver), "cone_read");
    break;
  }
  case 3: judge(f, cone_write(pick(f, solvers), chance(f, 90) ? "/no/such/folder/file.cbf" : NULL), "cone_write"); break;
  }
}

static long wanted;

static void *run(void *argument) {
  fuzzer *f = argument;
  while (f->calls < wanted) {
    int choice = below(f, 100);
    if (choice < 25) create(f);
    else if (choice < 45) set(f);
    else if (choice < 60) update(f);
    else if (choice < 70) inspect(f);
    else if (choice < 90) solve(f);
    else if (choice < 93) train(f);
    else other(f);
  }
  return NULL;
}

int main(int argc, char **argv) {
  long calls = argc > 1 ? atol(argv[1]) : 2000;
  uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  int threads = argc > 3 ? atoi(argv[3]) : 2;
  fuzzer fuzzers[16] = {{0}};
  pthread_t ids[16];
  if (threads < 1 || threads > 16) return 2;
  wanted = calls / threads;
  for (int t = 0; t < threads; t++) {
    fuzzers[t].state = seed * 1000003 + (uint64_t)t;
    pthread_create(&ids[t], NULL, run, &fuzzers[t]);
  }
  fuzzer sum = {0};
  for (int t = 0; t < threads; t++) {
    pthread_join(ids[t], NULL);
    sum.calls += fuzzers[t].calls, sum.failures += fuzzers[t].failures, sum.solves += fuzzers[t].solves;
  }
  for (int k = 0; k < POOL; k++) cone_destroy(solvers[k]), cone_training_destroy(trainings[k]);
  printf("%ld calls, %ld of them refused, %ld solves, %d threads\n", sum.calls, sum.failures, sum.solves, threads);
  return sum.calls >= threads * wanted ? 0 : 1;
}
