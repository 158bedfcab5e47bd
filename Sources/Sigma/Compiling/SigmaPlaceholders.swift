public import YAML

/// What the placeholders of rules stand for.
public struct SigmaPlaceholders: Sendable {
    private var values: [String: [String]] = [:]

    /// No placeholder has a value: rules that expand one can't be compiled.
    public init() {}

    /// Reads a mapping of names to values or lists of values.
    ///
    /// - Throws: `SigmaError` for anything else.
    public init(_ documents: [YAMLNode], file: String) throws(SigmaError) {
        for document in documents where !document.isNull {
            let reader = try KeyReader(document, file: file)
            for name in reader.mapping.keys { values[name] = try reader.texts(name).map(\.text) }
        }
    }

    /// The text with each value in place of a placeholder, in all combinations.
    ///
    /// - Throws: the name of one that has no value, or that would make too many texts.
    func expand(_ text: SigmaText) throws(Refusal) -> [SigmaText] {
        var texts = [SigmaText()]
        for token in text.tokens {
            var variants = [SigmaText(tokens: [token])]
            if case .placeholder(let name) = token { variants = try self.texts(of: name).map { SigmaText($0) } }
            guard texts.count * variants.count <= Self.limit else { throw .tooMany }
            texts = texts.flatMap { text in
                variants.map { variant in
                    var joined = text
                    joined.append(variant)
                    return joined
                }
            }
        }
        return texts
    }

    /// A regular expression with each value in place of a placeholder, as it is.
    func expand(expression source: String) throws(Refusal) -> [String] {
        var texts: [[UInt8]] = [[]]
        let bytes = Array(source.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < bytes.count {
                let isPercent = bytes[index] == UInt8(ascii: "%")
                for place in texts.indices { texts[place] += isPercent ? [bytes[index]] : [byte, bytes[index]] }
                index += 1
            } else if byte == UInt8(ascii: "%"), let end = SigmaText.endOfName(bytes, from: index) {
                let variants = try self.texts(of: String(decoding: bytes[index..<end], as: UTF8.self))
                guard texts.count * variants.count <= Self.limit else { throw .tooMany }
                texts = texts.flatMap { text in variants.map { text + Array($0.utf8) } }
                index = end + 1
            } else {
                for place in texts.indices { texts[place].append(byte) }
            }
        }
        return texts.map { String(decoding: $0, as: UTF8.self) }
    }

    enum Refusal: Error {
        case unknown(String)
        case tooMany
    }

    /// The most texts that one value may become.
    private static let limit = 100_000

    private func texts(of name: String) throws(Refusal) -> [String] {
        guard let texts = values[name], !texts.isEmpty else { throw .unknown(name) }
        return texts
    }
}
