import Foundation

extension Double {
  /// Four significant digits, for a person to read.
  var short: String {
    if self == rounded(), magnitude < 1e6 { return String(Int(self)) }
    return String(format: "%.4g", self)
  }
}
