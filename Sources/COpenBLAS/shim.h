// OpenBLAS for BLAS and LAPACK, LAPACKE for the C calling convention of LAPACK.
// libopenblas is linked first, so the LAPACK routines behind LAPACKE are OpenBLAS's own.
#include <cblas.h>
#include <lapacke.h>
