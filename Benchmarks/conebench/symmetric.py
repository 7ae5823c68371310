"""Packed symmetric matrices: the upper triangle column by column, off-diagonals times √2."""
import numpy as np

ROOT2 = np.sqrt(2.0)


def triangle(order):
    """Row and column indices of the packed entries."""
    lengths = np.arange(1, order + 1)
    columns = np.repeat(np.arange(order), lengths)
    starts = np.repeat(lengths * (lengths - 1) // 2, lengths)
    return np.arange(len(columns)) - starts, columns


def position(i, j):
    """Where entry (i, j), i ≤ j, counted from zero, stands in the packing."""
    return j * (j + 1) // 2 + i


def pack(matrix):
    rows, columns = triangle(len(matrix))
    values = 0.5 * (matrix[rows, columns] + matrix[columns, rows])
    return np.where(rows == columns, values, values * ROOT2)


def unpack(packed, order):
    rows, columns = triangle(order)
    values = np.where(rows == columns, packed, packed / ROOT2)
    matrix = np.zeros((order, order))
    matrix[rows, columns] = values
    matrix[columns, rows] = values
    return matrix
