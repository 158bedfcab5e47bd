import Events
import Values

/// JSON text that a field holds, read where it stands. What is malformed ends the reading; what was found before counts.
struct JSONWalker {
    private let bytes: UnsafeRawBufferPointer

    /// How deep objects and arrays are gone into; what lies deeper gives no fields.
    static let maximumDepth = 100
    /// How long the path of a field may be, in bytes; what stands under a longer one gives no fields.
    static let longestPath = 1024

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    // MARK: One place

    /// The texts at a path: strings decoded, other values as they are written.
    func texts(at steps: ArraySlice<DataPath.Step>) -> [Text] {
        var found: [Text] = []
        collect(steps, at: skipSpace(0), into: &found)
        return found
    }

    private func collect(_ steps: ArraySlice<DataPath.Step>, at start: Int, into found: inout [Text]) {
        guard let step = steps.first else {
            if let text = text(at: start) { found.append(text) }
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .name(let name):
            forEachMember(ofObjectAt: start) { key, value in
                if isKey(key, name) { collect(rest, at: value, into: &found) }
            }
        case .every:
            forEachElement(ofArrayAt: start) { _, value in collect(rest, at: value, into: &found) }
        case .index(let wanted):
            forEachElement(ofArrayAt: start) { number, value in
                if number == wanted { collect(rest, at: value, into: &found) }
            }
        case .attribute: break
        }
    }

    // MARK: All of it

    /// Every value that is no object and no array, under its path: names joined by dots, `{}` behind those of arrays.
    func forEachValue(_ body: (_ path: [UInt8], _ text: Text) -> Void) {
        var path: [UInt8] = []
        walk(at: skipSpace(0), path: &path, depth: 0, body)
    }

    private func walk(at start: Int, path: inout [UInt8], depth: Int, _ body: ([UInt8], Text) -> Void) {
        guard depth < Self.maximumDepth, path.count <= Self.longestPath else { return }
        let length = path.count
        switch byte(start) {
        case UInt8(ascii: "{"):
            forEachMember(ofObjectAt: start) { key, value in
                if !path.isEmpty { path.append(UInt8(ascii: ".")) }
                path += decoded(key)
                walk(at: value, path: &path, depth: depth + 1, body)
                path.removeSubrange(length...)
            }
        case UInt8(ascii: "["):
            path += [UInt8(ascii: "{"), UInt8(ascii: "}")]
            forEachElement(ofArrayAt: start) { _, value in walk(at: value, path: &path, depth: depth + 1, body) }
            path.removeSubrange(length...)
        default:
            if let text = text(at: start) { body(path, text) }
        }
    }

    /// The members of the object that the text is; their values as ``text(at:)`` gives them.
    func forEachMember(_ body: (_ name: [UInt8], _ value: Int) -> Void) {
        forEachMember(ofObjectAt: skipSpace(0)) { key, value in body(decoded(key), value) }
    }

    /// The elements of an array that begins at a place, or of the one that the text is; nothing where there is none.
    func elements(at place: Int? = nil) -> [Text] {
        var found: [Text] = []
        forEachElement(ofArrayAt: place ?? skipSpace(0)) { _, value in
            if let text = text(at: value) { found.append(text) }
        }
        return found
    }

    func isArray(at place: Int) -> Bool { byte(place) == UInt8(ascii: "[") }

    /// A value as text: a string without its quotes, anything else as it is written; `nil` where there is none.
    func text(at start: Int) -> Text? {
        guard let end = end(ofValueAt: start) else { return nil }
        if byte(start) == UInt8(ascii: "\"") { return Text(bytes: decoded(start + 1..<end - 1)) }
        return Text(bytes: Array(bytes[start..<end]))
    }

    // MARK: Reading

    private func forEachMember(ofObjectAt start: Int, _ body: (_ key: Range<Int>, _ value: Int) -> Void) {
        guard byte(start) == UInt8(ascii: "{") else { return }
        var index = skipSpace(start + 1)
        while byte(index) == UInt8(ascii: "\"") {
            guard let keyEnd = end(ofStringAt: index) else { return }
            let colon = skipSpace(keyEnd)
            guard byte(colon) == UInt8(ascii: ":") else { return }
            let value = skipSpace(colon + 1)
            guard let valueEnd = end(ofValueAt: value) else { return }
            body(index + 1..<keyEnd - 1, value)
            let next = skipSpace(valueEnd)
            guard byte(next) == UInt8(ascii: ",") else { return }
            index = skipSpace(next + 1)
        }
    }

    private func forEachElement(ofArrayAt start: Int, _ body: (_ number: Int, _ value: Int) -> Void) {
        guard byte(start) == UInt8(ascii: "[") else { return }
        var index = skipSpace(start + 1)
        var number = 0
        while let end = end(ofValueAt: index) {
            body(number, index)
            number += 1
            let next = skipSpace(end)
            guard byte(next) == UInt8(ascii: ",") else { return }
            index = skipSpace(next + 1)
        }
    }

    /// Where the value that begins at a place ends, or `nil` where none does. Nesting costs no stack.
    private func end(ofValueAt start: Int) -> Int? {
        switch byte(start) {
        case UInt8(ascii: "\""): return end(ofStringAt: start)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var depth = 0
            var index = start
            while let next = byte(index) {
                switch next {
                case UInt8(ascii: "\""):
                    guard let end = end(ofStringAt: index) else { return nil }
                    index = end
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return index + 1 }
                default: break
                }
                index += 1
            }
            return nil
        default:
            var end = start
            while let next = byte(end), next > 0x20, !Self.endsToken(next) { end += 1 }
            return end > start ? end : nil
        }
    }

    private static func endsToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// Where a string ends, behind its quote; `nil` where it does not, or where a `\u` has not its four digits.
    private func end(ofStringAt start: Int) -> Int? {
        var index = start + 1
        while let next = byte(index) {
            if next == UInt8(ascii: "\"") { return index + 1 }
            guard next == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            guard let escaped = byte(index + 1) else { return nil }
            if escaped == UInt8(ascii: "u") {
                for digit in index + 2..<index + 6 {
                    guard let byte = byte(digit), hexadecimalDigit(byte) != nil else { return nil }
                }
            }
            index += 2
        }
        return nil
    }

    private func decoded(_ inside: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        JSONText.decode(UnsafeRawBufferPointer(rebasing: bytes[inside]), into: &result)
        return result
    }

    private func isKey(_ key: Range<Int>, _ name: [UInt8]) -> Bool {
        if bytes[key].contains(UInt8(ascii: "\\")) { return decoded(key) == name }
        return bytes[key].elementsEqual(name)
    }

    private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private func skipSpace(_ start: Int) -> Int {
        var index = start
        while let next = byte(index), next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { index += 1 }
        return index
    }
}
