/// Scaling and linear maps: `2 ⋅ x`, `A ⋅ x`. Binds like multiplication.
///
/// The standard `*` is left alone on purpose: with a dozen overloads of its own it makes one mistake in a long
/// expression cost the compiler seconds and the user the message.
infix operator ⋅ : MultiplicationPrecedence

/// The semidefinite order: `A ⪰ B` says that `A − B` has no negative eigenvalue.
infix operator ⪰ : ComparisonPrecedence

/// The semidefinite order: `A ⪯ B` says that `B − A` has no negative eigenvalue.
infix operator ⪯ : ComparisonPrecedence
