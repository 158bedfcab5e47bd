/// A name in which `*` stands for any run of characters, as `rename`, `fields`, `table` and `convert` take it.
///
/// Names are compared exactly. A leading `*` does not stand for the `_` that internal fields (`_time`, `_raw`) begin with.
struct FieldPattern: Hashable, Sendable {
    private let parts: [[UInt8]]

    init(_ pattern: String) {
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    var wildcards: Int { parts.count - 1 }

    func matches(_ name: String) -> Bool { captures(name) != nil }

    /// What each `*` stands for in a name, each as short as it can be but for the last; `nil` where it does not match.
    func captures(_ name: String) -> [String]? {
        let bytes = Array(name.utf8)
        guard parts.count > 1 else { return bytes == parts[0] ? [] : nil }
        guard bytes.starts(with: parts[0]) else { return nil }
        if parts[0].isEmpty, bytes.first == UInt8(ascii: "_") { return nil }
        let last = parts[parts.count - 1]
        var position = parts[0].count
        var captured: [String] = []
        for part in parts[1..<parts.count - 1] {
            guard let found = find(part, in: bytes, from: position) else { return nil }
            captured.append(String(decoding: bytes[position..<found], as: UTF8.self))
            position = found + part.count
        }
        let end = bytes.count - last.count
        guard end >= position, bytes[end...].elementsEqual(last) else { return nil }
        captured.append(String(decoding: bytes[position..<end], as: UTF8.self))
        return captured
    }

    /// The name with each `*` replaced.
    func filled(with captures: [String]) -> String {
        var name = parts[0]
        for (capture, part) in zip(captures, parts.dropFirst()) { name += Array(capture.utf8) + part }
        return String(decoding: name, as: UTF8.self)
    }

    private func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard part.count <= bytes.count - start else { return nil }
        return (start...bytes.count - part.count).first { bytes[$0...].starts(with: part) }
    }
}
