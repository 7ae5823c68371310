import ConeModel
import ConeSolver

/// The cell-split hierarchy between SDP-NN and the copositive program's relaxation. **Lower bound.**
///
/// For groups `J` the hyperplanes `x̂_jᵀw = 0`, `j ∈ J`, cut `ℝʳ` into cells; each gets its own moment matrix, in which `|x̂_jᵀw|` is
/// linear for `j ∈ J` and needs no coordinate. `J = ∅` is SDP-NN, all groups give (19) of A. Sahiner et al. Splitting once more
/// cannot lower the value: the blocks of a finer cover, with the coordinate `s_j = |x̂_jᵀw|` put back and added up, are feasible for
/// the coarser program.
///
/// Size: at most `2Σ_{k<r} C(|J| − 1, k)` blocks of order `g − |J| + r + ρ`.
public struct CellSplit: Lift {
  public static let info = LiftInfo(
    name: "cell-split", guarantee: .lowerBound,
    size: "≤ 2Σ_{k<r} C(|J|−1, k) semidefinite blocks of order n−|J|+r+c, 2(n−|J|)² + … nonnegative rows each",
    theorem: "moments of neurons counted cell by cell are feasible; monotone in the groups J that are split",
    source: "between Prakhya, Birdal & Yurtsever, arXiv:2410.22311 (SDP-NN) and Sahiner et al., ICLR 2021, eq. (19)")

  let data: MomentData
  /// `J`.
  public let groups: [Int]
  public static let scope = MomentData.scope

  /// - Parameter groups: groups of parallel samples, numbered as in `DataReduction`, whose hyperplanes cut.
  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining, groups: [Int]) throws(UnsupportedTraining) {
    self.init(try MomentData(training, for: "The cell-split hierarchy"), groups: groups)
  }

  init(_ data: MomentData, groups: [Int]) {
    precondition(groups.allSatisfy((0..<data.groupCount).contains), "a group is outside 0 ..< \(data.groupCount)")
    self.data = data
    self.groups = groups
  }

  var moments: MomentProgram { MomentProgram(data: data, cones: NeuronCone.cells(data, groups: groups)) }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { moments.lifted() }

  /// `J` grown one group at a time, each time by the group whose sign is least decided in the present relaxation:
  /// the one with the largest `Σ_K E_K[α_i²]E_K[β_i²]`, which is zero where every cell's neurons are on one side of it.
  ///
  /// - Parameter settings: for the `count` relaxations that are solved on the way.
  public static func greedy(
    _ training: ReLUTraining, count: Int, settings: Settings = Settings()
  ) throws -> CellSplit {
    let data = try MomentData(training, for: "The cell-split hierarchy")
    var groups: [Int] = []
    while groups.count < min(count, data.groupCount) {
      let (program, cells) = CellSplit(data, groups: groups).moments.stated()
      let solution = try program.problem.solve(settings).solution
      var ambiguity = [Double](repeating: 0, count: data.groupCount)
      for cell in cells {
        let T = DenseMatrix(try solution.value(of: cell.T))
        for i in cell.y.free {
          let squares = [1, -1].map { sign in
            let hidden = cell.y.hidden(i, sign: sign)
            return max(0, cell.y.moment(T, hidden, hidden))
          }
          ambiguity[i] += squares[0] * squares[1]
        }
      }
      let open = (0..<data.groupCount).filter { !groups.contains($0) }
      groups.append(open.max { ambiguity[$0] < ambiguity[$1] }!)
    }
    return CellSplit(data, groups: groups)
  }
}
