import Foundation

/// A file that a run writes at its end.
///
/// The path is tried before the solve, so that a mistyped directory does not cost the hours that came before.
struct OutputFile {
  private let path: String

  /// - Throws: `InputFault` when nothing can be written at `path`.
  init(path: String, option: String) throws(InputFault) {
    self.path = path
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if isDirectory.boolValue {
      throw InputFault("\(path): is a directory; give \(option) the path of a file")
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard exists || FileManager.default.fileExists(atPath: parent) else {
      throw InputFault("\(path): its directory does not exist; make it, or give \(option) another path")
    }
    guard access(exists ? path : parent, W_OK) == 0 else {
      throw InputFault(
        "\(path): cannot be written (\(Self.reason)); check the permissions, or give \(option) another path")
    }
  }

  func write(_ data: Data) throws(InputFault) {
    guard let file = fopen(path, "wb") else { throw fault() }
    let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    // A full disk may show only when the buffer is flushed.
    guard fclose(file) == 0, written == data.count else { throw fault() }
  }

  private func fault() -> InputFault {
    InputFault("\(path): cannot be written (\(Self.reason)); check the disk and the permissions")
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
