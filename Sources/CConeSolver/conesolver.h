/* conesolver: convex conic programs, and certified training of two-layer ReLU networks, from C.
 *
 *     minimize    ½ xᵀPx + qᵀx
 *     subject to  Ax + s = b,  s ∈ K          with dual variable z ∈ K*
 *
 * P is n × n, symmetric positive semidefinite, given as its upper triangle or whole; A is m × n; K is a product of zero,
 * nonnegative, second-order and positive-semidefinite cones, in any order and number. Sparse matrices are compressed by
 * columns, with zero-based row indices that increase in each column. A semidefinite block of order k takes k(k + 1)/2 rows:
 * the upper triangle column by column (11 12 22 13 23 33), off-diagonal entries times √2.
 *
 *     cone_solver *solver;
 *     if (cone_create(&P, q, n, &A, b, m, cones, count, &solver) != CONE_OK) puts(cone_last_error());
 *     cone_set_number(solver, "eps_rel", 1e-9);
 *     cone_solve(solver);
 *     cone_get(solver, CONE_X, x, n);
 *     cone_destroy(solver);
 *
 * Codes. Every function that can fail returns a cone_code: zero, or negative when nothing was done; cone_last_error() then says
 * what is wrong and how to mend it. How a solve went is a cone_status, not an error.
 *
 * Ownership. Arrays and texts that you pass are copied, or filled, before a function returns: they stay yours. A handle is yours
 * from its creation until you destroy it. It is a name, not an address: one that was destroyed, or never made, is answered with
 * CONE_UNKNOWN_HANDLE. A text that a function returns is the library's, and holds until the same thread calls that function
 * again or ends.
 *
 * Threads. Any function may be called from any thread at any time. Different handles work at the same time. A handle that is
 * solving can be read (the last solution), cancelled and destroyed (the memory goes when the solve ends); changing it or solving
 * it once more is answered with CONE_BUSY. Callbacks run in the thread that called cone_solve. The number of BLAS threads
 * (option "threads") belongs to the process: the last solve that sets it decides.
 *
 * Signal handlers must not call into the library; let one set a flag that an observer reads.
 */
#ifndef CONESOLVER_H
#define CONESOLVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------------ codes */

typedef enum {
  CONE_OK = 0,
  /* The option is another solver's and has no counterpart here; it was passed over. */
  CONE_WITHOUT_EFFECT = 1,
  CONE_NULL_POINTER = -1,
  /* The handle was destroyed, or never made. */
  CONE_UNKNOWN_HANDLE = -2,
  /* An array does not have the length that is needed. */
  CONE_WRONG_LENGTH = -3,
  /* NaN, indices out of order, a matrix that is not positive semidefinite, …: the message names the place. */
  CONE_INVALID_DATA = -4,
  CONE_INVALID_OPTION = -5,
  /* What was asked for does not exist before a solve. */
  CONE_NOT_SOLVED = -6,
  /* The handle is solving in another thread, or in the caller of this callback. */
  CONE_BUSY = -7,
  /* The program does not fit in memory. */
  CONE_TOO_LARGE = -8,
  /* A file cannot be read or written, or its text breaks a rule of its format. */
  CONE_FILE_ERROR = -9,
  /* Numbers left double precision, so that nothing can be proved. */
  CONE_NUMERICAL_ERROR = -10
} cone_code;

/* What the last failed call of this thread had to say: one sentence. Never NULL. */
const char *cone_last_error(void);

/* Version of the library, such as "0.1.0". */
const char *cone_version(void);

/* The processor family whose kernels OpenBLAS runs, such as "SkylakeX". */
const char *cone_kernels(void);

/* ------------------------------------------------------------------------------------------------------- making a program */

/* A program with its settings and its last solution. */
typedef struct cone_solver cone_solver;

/* A matrix compressed by columns. */
typedef struct {
  int64_t rows, columns;
  const int64_t *column_pointers; /* columns + 1 of them: 0, …, count */
  const int64_t *row_indices;     /* count of them */
  const double *values;           /* count of them */
  int64_t count;
} cone_matrix;

/* Kinds of cones. */
enum {
  CONE_ZERO = 0,         /* {0}: equality rows */
  CONE_NONNEGATIVE = 1,  /* s ≥ 0 */
  CONE_SECOND_ORDER = 2, /* s₁ ≥ ‖(s₂, …)‖₂ */
  CONE_SEMIDEFINITE = 3
};

/* One factor of K. */
typedef struct {
  int64_t kind;
  int64_t size; /* rows; for CONE_SEMIDEFINITE the order of the matrix */
} cone_factor;

/* Makes a solver. P may be NULL for a linear objective; an array may be NULL when its count is 0. Everything but the curvature of
 * P is checked here, and that by cone_solve. */
cone_code cone_create(
    const cone_matrix *P, const double *q, int64_t q_count, const cone_matrix *A, const double *b, int64_t b_count,
    const cone_factor *cones, int64_t cone_count, cone_solver **solver);

/* Reads a program: SDPA sparse, CBF, MPS or QPS, or Clarabel's JSON, compressed with gzip or not. */
cone_code cone_read(const char *path, cone_solver **solver);

/* Writes the program in the format of the path's extension: .cbf, .dat-s, .mps or .json, and .gz after it. */
cone_code cone_write(cone_solver *solver, const char *path);

cone_code cone_destroy(cone_solver *solver);

/* ------------------------------------------------------------------------------------------------- options and callbacks */

/* Sets an option. Names are those of this package, in camelCase or snake_case, and those of Clarabel and SCS:
 *
 *   epsAbs eps_abs, tol_gap_abs                  absolute tolerance, 1e-8
 *   epsRel eps_rel, tol_gap_rel                  relative tolerance, 1e-8
 *   tol_feas                                     both of them
 *   epsInfeasible eps_infeas, tol_infeas_abs/rel tolerance of infeasibility certificates, 1e-8
 *   maxIterations max_iter max_iters             200
 *   timeLimit time_limit time_limit_secs         seconds; infinity, or 0 in SCS's spelling, for none
 *   threads max_threads                          of the dense kernels; 0 leaves the choice to OpenBLAS
 *   presolve presolve_enable                     0 or 1
 *   retries                                      0 or 1: begin anew when double precision stops a solve short
 *   objectiveConstant objective_constant         what you add to the objective; see the tolerance of the gap
 *   kkt                                          text: "auto", "quasidefinite" or "schur"
 *   verbose                                      0 or 1: the log goes to standard output, if no callback takes it
 *
 * Of several names for one tolerance the smallest value holds. Any option may be set by text as well.
 */
cone_code cone_set_number(cone_solver *solver, const char *name, double value);
cone_code cone_set_text(cone_solver *solver, const char *name, const char *value);

/* An iteration. Residuals are relative. */
typedef struct {
  int64_t number;
  double primal_objective, dual_objective;
  double primal_residual, dual_residual, gap;
  double kappa_over_tau, mu, step;
  double seconds; /* since the solve began */
} cone_iteration;

/* Receives a line of the log, without line break. */
typedef void (*cone_log)(const char *line, void *context);
/* Receives an iteration; anything but 0 stops the solve, with status CONE_CANCELLED. */
typedef int (*cone_observer)(const cone_iteration *iteration, void *context);

/* NULL takes a callback away. The context is handed through. */
cone_code cone_set_log(cone_solver *solver, cone_log log, void *context);
cone_code cone_set_observer(cone_solver *solver, cone_observer observer, void *context);

/* --------------------------------------------------------------------------------------------------------------- solving */

cone_code cone_solve(cone_solver *solver);

/* Stops the solve that is running, at its next iteration. Does nothing without one. */
cone_code cone_cancel(cone_solver *solver);

typedef enum {
  CONE_UNSOLVED = 0,
  CONE_SOLVED = 1,            /* residuals, cone margins and gap pass the tolerances on your data */
  CONE_ALMOST_SOLVED = 2,     /* within reduced tolerances */
  CONE_PRIMAL_INFEASIBLE = 3, /* z proves it: z ∈ K*, Aᵀz = 0, bᵀz = −1 */
  CONE_DUAL_INFEASIBLE = 4,   /* x proves it: Px = 0, −Ax ∈ K, qᵀx = −1 */
  CONE_ITERATION_LIMIT = 5,
  CONE_TIME_LIMIT = 6,
  CONE_CANCELLED = 7,
  CONE_NUMERICAL_FAILURE = 8
} cone_status;

/* How the last solve went. */
typedef struct {
  int64_t status; /* a cone_status */
  int64_t iterations;
  double primal_objective; /* ½xᵀPx + qᵀx; +∞ when primal infeasible, −∞ when dual infeasible */
  double dual_objective;   /* −½xᵀPx − bᵀz */
  double primal_residual;  /* ‖Ax + s − b‖∞ */
  double dual_residual;    /* ‖Px + Aᵀz + q‖∞ */
  double gap;              /* |xᵀPx + qᵀx + bᵀz| */
  double dimacs[6];        /* the six errors of the seventh DIMACS challenge */
  double setup_seconds, solve_seconds;
} cone_info;

/* size is sizeof(cone_info), so that the struct may grow. */
cone_code cone_get_info(cone_solver *solver, cone_info *info, size_t size);

/* What stopped the last solve when it was not an answer; an empty text otherwise, or for an unknown handle. */
const char *cone_message(cone_solver *solver);

/* --------------------------------------------------------------------------------------------------------------- arrays */

typedef enum {
  CONE_P = 0, /* the stored values, in the order in which they were given */
  CONE_Q = 1,
  CONE_A = 2,
  CONE_B = 3,
  CONE_X = 4, /* of the last solution, or of its certificate */
  CONE_S = 5,
  CONE_Z = 6
} cone_array;

/* Replaces the values of P, q, A or b; the pattern stays. */
cone_code cone_update(cone_solver *solver, cone_array array, const double *values, int64_t count);

/* Copies an array. Its count must be the right one. */
cone_code cone_get(cone_solver *solver, cone_array array, double *values, int64_t count);

typedef struct {
  int64_t variables, rows, P_count, A_count, cone_count;
  int64_t maximize;          /* 1 when a file asks for the greatest value: the objective is then −(½xᵀPx + qᵀx) + constant */
  int64_t scalar_variables;  /* of a file; the entries of its matrix variables come after them */
  double objective_constant; /* of a file */
} cone_size;

/* size is sizeof(cone_size). */
cone_code cone_get_size(cone_solver *solver, cone_size *sizes, size_t size);

/* The pattern of CONE_P or CONE_A: pointer_count is n + 1. */
cone_code cone_get_pattern(
    cone_solver *solver, cone_array array, int64_t *column_pointers, int64_t pointer_count, int64_t *row_indices,
    int64_t index_count);

cone_code cone_get_cones(cone_solver *solver, cone_factor *cones, int64_t count);

/* -------------------------------------------------------------------------------------------------------------- training */

/* Training of a two-layer ReLU network f(x) = Σⱼ (xᵀuⱼ)₊ vⱼ of any width to
 *
 *     p* = min ½‖Σⱼ (Xuⱼ)₊ vⱼᵀ − Y‖² + (γ/2) Σⱼ (‖uⱼ‖² + ‖vⱼ‖²)
 *
 * with proved bounds lower ≤ p* ≤ upper. Handles of training follow the rules above. */
typedef struct cone_training cone_training;

/* A dense matrix, row by row. */
typedef struct {
  int64_t rows, columns;
  const double *values; /* rows·columns of them */
} cone_table;

/* X is n × d, without a column of ones; Y is n × c; bias 1 adds a regularised bias. No number may exceed 1e30. */
cone_code cone_training_create(
    const cone_table *X, const cone_table *Y, double weight_decay, int bias, cone_training **training);

cone_code cone_training_destroy(cone_training *training);

/* Options of the solver, and
 *
 *   lift        text: "exact", the global search (the default), or "sdp-nn", the semidefinite relaxation
 *   gap         relative gap at which a search ends, 1e-4
 *   node_limit  cones that its oracle may bound */
cone_code cone_training_set_number(cone_training *training, const char *name, double value);
cone_code cone_training_set_text(cone_training *training, const char *name, const char *value);

/* Progress of a search (a round) or of a relaxation (an iteration, whose lower bound is 0 until one is proved). */
typedef struct {
  int64_t number;
  double lower_bound, upper_bound; /* proved; the upper one is infinite while there is no network */
  double seconds;
} cone_progress;

/* Anything but 0 stops the run; the best bracket so far is kept. Called in the thread that runs. */
typedef int (*cone_training_observer)(const cone_progress *progress, void *context);
cone_code cone_training_set_observer(cone_training *training, cone_training_observer observer, void *context);

/* Trains. */
cone_code cone_training_run(cone_training *training);

/* Brackets the optimum starting from a network: U has a row of input weights a neuron (the bias first), V one of output weights.
 * The objective of that network is "given_objective" in the report. */
cone_code cone_training_certify(cone_training *training, const cone_table *U, const cone_table *V);

/* Stops a run soon. */
cone_code cone_training_cancel(cone_training *training);

/* The figures of the last run as JSON: the keys of `cone train --json`. An empty text before a run. */
const char *cone_training_report(cone_training *training);

/* The network of the last run with the certificate of its bounds, as the JSON of a model file: U and V row by row. */
const char *cone_training_model(cone_training *training);

#ifdef __cplusplus
}
#endif

#endif
