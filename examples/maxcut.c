/* The semidefinite relaxation of MaxCut on a cycle of five nodes: how the library is called from C.
 *
 *     maximize ¼⟨L, X⟩  subject to  Xᵢᵢ = 1,  X ⪰ 0                        optimum (25 + 5√5)/8 = 4.522542…
 *
 * The variables are the upper triangle of X column by column, off-diagonal entries times √2, so that the semidefinite cone takes
 * them as they are: s = x. Build: see docs/c.md. */

#include <math.h>
#include <stdio.h>

#include "conesolver.h"

enum { NODES = 5, ENTRIES = NODES * (NODES + 1) / 2, ROWS = NODES + ENTRIES };

/* The place of entry (i, j), i ≤ j, in the triangle. */
static int place(int i, int j) { return j * (j + 1) / 2 + i; }

static int stop_after_fifty(const cone_iteration *iteration, void *context) {
  (void)context;
  return iteration->number > 50;
}

int main(void) {
  double q[ENTRIES] = {0}, b[ROWS] = {0};
  int64_t pointers[ENTRIES + 1] = {0}, indices[2 * ENTRIES];
  double values[2 * ENTRIES];
  int64_t count = 0;

  /* Column by column: the entry of X, in the diagonal also the equality Xᵢᵢ = 1, and −1 for Ax + s = 0, s = x. */
  for (int j = 0; j < NODES; j++) {
    for (int i = 0; i <= j; i++) {
      int k = place(i, j);
      int is_edge = j - i == 1 || j - i == NODES - 1;
      /* The Laplacian has degree 2 in its diagonal and −1 at an edge; the sign makes a minimum. */
      q[k] = i == j ? -0.25 * 2 : is_edge ? 0.25 * sqrt(2) : 0;
      if (i == j) {
        indices[count] = i;
        values[count++] = 1;
      }
      indices[count] = NODES + k;
      values[count++] = -1;
      pointers[k + 1] = count;
    }
    b[j] = 1;
  }

  cone_matrix A = {ROWS, ENTRIES, pointers, indices, values, count};
  cone_factor cones[] = {{CONE_ZERO, NODES}, {CONE_SEMIDEFINITE, NODES}};
  cone_solver *solver;
  if (cone_create(NULL, q, ENTRIES, &A, b, ROWS, cones, 2, &solver) != CONE_OK) {
    fprintf(stderr, "%s\n", cone_last_error());
    return 1;
  }
  cone_set_number(solver, "eps_rel", 1e-9);
  cone_set_observer(solver, stop_after_fifty, NULL);
  if (cone_solve(solver) != CONE_OK) {
    fprintf(stderr, "%s\n", cone_last_error());
    return 1;
  }

  cone_info info;
  double x[ENTRIES];
  cone_get_info(solver, &info, sizeof info);
  cone_get(solver, CONE_X, x, ENTRIES);
  printf("status %lld after %lld iterations\n", (long long)info.status, (long long)info.iterations);
  printf("cut at most %.6f\n", -info.primal_objective);
  printf("X[0][1] = %.6f\n", x[place(0, 1)] / sqrt(2));

  /* Twice the weights: new numbers, the same pattern. */
  for (int k = 0; k < ENTRIES; k++) q[k] *= 2;
  cone_update(solver, CONE_Q, q, ENTRIES);
  cone_solve(solver);
  cone_get_info(solver, &info, sizeof info);
  printf("with twice the weights %.6f\n", -info.primal_objective);

  /* A wrong length is an error, not a crash. */
  if (cone_update(solver, CONE_Q, q, 3) != CONE_OK) printf("refused: %s\n", cone_last_error());

  cone_destroy(solver);
  return 0;
}
