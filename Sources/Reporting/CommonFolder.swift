/// The folder, with its slash, that all of several paths are in; empty where there is none, or only one path.
func commonFolder(of paths: [String]) -> String {
    guard paths.count > 1, var common = paths.first.map({ Array($0.utf8) }) else { return "" }
    for path in paths {
        let shared = zip(common, path.utf8).prefix { $0 == $1 }.count
        common.removeSubrange(shared...)
    }
    let end = common.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: common[..<end], as: UTF8.self)
}

/// The line above a table whose paths are told without their common folder.
func heading(ofFolder folder: String, _ options: ReportOptions) -> [UInt8] {
    var line: [UInt8] = []
    Style(hasColor: options.hasColor).append(
        DisplayText("In \(folder)").cut(to: options.tableWidth).bytes, as: .label, to: &line)
    return line + [UInt8(ascii: "\n")]
}
