import ConeSolver
