import CKernels
import Glibc

/// What the line of every event holds that some searches may find: as literals say, and as keys say.
public struct LineRequirement: Hashable, Sendable {
    /// Literals of which it holds some, as the searches combine them.
    public var literals: LiteralRequirement
    /// Keys of which it holds one; `nil` where that is not known.
    public var keys: KeyRequirement?

    /// - Parameter keys: `nil` where they are not known.
    public init(literals: LiteralRequirement, keys: KeyRequirement?) {
        self.literals = literals
        self.keys = keys
    }

    /// Whether a line plainly holds all of it: keys as JSON writes them, literals without escapes. Every prefilter made for the
    /// requirement hands on such a line, whichever it looks for.
    ///
    /// - Complexity: linear in the line, times the literals and keys.
    func holds(in line: UnsafeRawBufferPointer) -> Bool {
        (keys?.holds(in: line) ?? true) && literals.holds(in: line)
    }
}

extension LiteralRequirement {
    fileprivate func holds(in line: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .nothing: true
        case .impossible: false
        case .literal(let literal): literal.stands(in: line)
        case .all(let parts): parts.allSatisfy { $0.holds(in: line) }
        case .any(let parts): parts.contains { $0.holds(in: line) }
        }
    }
}

extension RequiredLiteral {
    fileprivate func stands(in line: UnsafeRawBufferPointer) -> Bool {
        let masks = bytes.map { !isCaseSensitive && 0x61...0x7A ~= $0 ? UInt8(0x20) : 0 }
        guard let text = line.baseAddress?.assumingMemoryBound(to: UInt8.self), !bytes.isEmpty else { return false }
        // SAFETY: the kernel reads the line, the bytes and as many masks; it says SIZE_MAX, which is negative here, for nowhere.
        return trawl_kernels_get().pointee.find_caseless(text, line.count, bytes, masks, bytes.count) >= 0
    }
}

extension KeyRequirement {
    fileprivate func holds(in line: UnsafeRawBufferPointer) -> Bool {
        keys.contains { key, texts in
            let quoted = [UInt8(ascii: "\"")] + key + [UInt8(ascii: "\"")]
            var rest = line[...]
            while let place = UnsafeRawBufferPointer(rebasing: rest).firstPlace(of: quoted) {
                rest = rest[(rest.startIndex + place + quoted.count)...]
                if Self.isValue(rest, among: texts) { return true }
            }
            return false
        }
    }

    /// Whether a colon follows, and one of the texts as a scalar; `nil` for any scalar that is not empty.
    private static func isValue(_ text: Slice<UnsafeRawBufferPointer>, among texts: Set<[UInt8]>?) -> Bool {
        let colon = text.drop { $0 == 0x20 }
        guard colon.first == UInt8(ascii: ":") else { return false }
        let value = colon.dropFirst().drop { $0 == 0x20 }
        let isQuoted = value.first == UInt8(ascii: "\"")
        let scalar = (isQuoted ? value.dropFirst() : value).prefix {
            isQuoted ? $0 != UInt8(ascii: "\"") : ![0x20, UInt8(ascii: ","), UInt8(ascii: "}")].contains($0)
        }
        guard let texts else { return !scalar.isEmpty && (isQuoted || !scalar.elementsEqual("null".utf8)) }
        return texts.contains(scalar.map { CaseFolding.folded($0) })
    }
}
