/// Scaling and linear maps: `2 ⋅ x`, `A ⋅ x`. Binds like multiplication.
///
/// A sign of its own on purpose: with the dozen overloads that the standard `*` has, one mistake in a long expression costs the compiler
/// seconds and the user the message. `2 * x` is understood too, by an overload that the compiler tries last.
infix operator ⋅ : MultiplicationPrecedence

/// The semidefinite order: `A ⪰ B` says that `A − B` has no negative eigenvalue.
infix operator ⪰ : ComparisonPrecedence

/// The semidefinite order: `A ⪯ B` says that `B − A` has no negative eigenvalue.
infix operator ⪯ : ComparisonPrecedence
