/// A text in which `*` stands for any run of bytes, also none, and what each stood for.
struct WildcardTemplate: Hashable, Sendable {
    private let parts: [[UInt8]]

    init(_ pattern: some Sequence<UInt8>) {
        parts = Array(pattern).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    var wildcards: Int { parts.count - 1 }
    /// How many bytes a match must hold at least.
    var literalLength: Int { parts.reduce(0) { $0 + $1.count } }
    var beginsWithWildcard: Bool { parts.count > 1 && parts[0].isEmpty }

    /// What each `*` stands for in a text, each as short as it can be but for the last; `nil` where it does not match.
    func captures(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        guard parts.count > 1 else { return bytes == parts[0] ? [] : nil }
        guard bytes.starts(with: parts[0]) else { return nil }
        let last = parts[parts.count - 1]
        var position = parts[0].count
        var captured: [ArraySlice<UInt8>] = []
        for part in parts[1..<parts.count - 1] {
            guard let found = find(part, in: bytes, from: position) else { return nil }
            captured.append(bytes[position..<found])
            position = found + part.count
        }
        let end = bytes.count - last.count
        guard end >= position, bytes[end...].elementsEqual(last) else { return nil }
        captured.append(bytes[position..<end])
        return captured
    }

    /// The text with each `*` replaced, as far as there is something to replace it with.
    func filled(with captures: [some Sequence<UInt8>]) -> [UInt8] {
        var result = parts[0]
        for (number, part) in parts.dropFirst().enumerated() {
            if number < captures.count { result += captures[number] }
            result += part
        }
        return result
    }

    private func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard part.count <= bytes.count - start else { return nil }
        return (start...bytes.count - part.count).first { bytes[$0...].starts(with: part) }
    }
}
