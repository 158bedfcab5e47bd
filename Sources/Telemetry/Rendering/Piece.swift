/// A part of a template's text.
enum TextPart: Hashable {
    case text([UInt8])
    case hole(Hole)
}

/// Text with holes, not yet escaped: `{name}` is a hole, all else stands for itself.
struct TextTemplate: Hashable, ExpressibleByStringLiteral {
    var parts: [TextPart] = []

    init(parts: [TextPart] = []) { self.parts = parts }

    init(stringLiteral value: String) { self.init(value) }

    init(_ source: String) {
        var text: [UInt8] = []
        var rest = Substring(source)
        while let character = rest.utf8.first {
            if character == UInt8(ascii: "{"), let end = rest.utf8.firstIndex(of: UInt8(ascii: "}")),
                let hole = Hole.named[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                if !text.isEmpty { parts.append(.text(text)) }
                text = []
                parts.append(.hole(hole))
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(character)
                rest = Substring(rest.utf8.dropFirst())
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
    }

    /// The hole that is all there is, if it is.
    var onlyHole: Hole? {
        if parts.count == 1, case .hole(let hole) = parts[0] { hole } else { nil }
    }
}

/// A part of a line: bytes as they are, or a hole and how what fills it is escaped.
enum Piece {
    case literal([UInt8])
    case hole(Hole, TextEncoding)
}

/// The pieces of a line, neighbouring literals joined.
struct PieceList {
    private(set) var pieces: [Piece] = []

    mutating func append(literal bytes: some Sequence<UInt8>) {
        if case .literal(var last)? = pieces.last {
            pieces.removeLast()
            last += bytes
            pieces.append(.literal(last))
        } else {
            pieces.append(.literal(Array(bytes)))
        }
    }

    mutating func append(literal text: String) { append(literal: text.utf8) }

    mutating func append(_ template: TextTemplate, as encoding: TextEncoding) {
        for part in template.parts {
            switch part {
            case .text(let bytes):
                var escaped: [UInt8] = []
                Telemetry.append(bytes, as: encoding, to: &escaped)
                append(literal: escaped)
            case .hole(let hole): pieces.append(.hole(hole, encoding))
            }
        }
    }

    /// Appends another list as the inside of a JSON string. The list must not itself hold text of two layers.
    mutating func append(insideJSON list: PieceList) {
        for piece in list.pieces {
            switch piece {
            case .literal(let bytes):
                var escaped: [UInt8] = []
                appendJSON(bytes, to: &escaped)
                append(literal: escaped)
            case .hole(let hole, let encoding): pieces.append(.hole(hole, encoding.insideJSON ?? encoding))
            }
        }
    }

    /// Appends another list as it is.
    mutating func append(contentsOf list: PieceList) {
        for piece in list.pieces {
            switch piece {
            case .literal(let bytes): append(literal: bytes)
            case .hole: pieces.append(piece)
            }
        }
    }
}

/// Writes a JSON object as pieces.
struct ObjectWriter {
    private(set) var list = PieceList()
    private var needsComma = false

    init() { list.append(literal: "{") }

    private mutating func begin(_ key: String) {
        if needsComma { list.append(literal: ",") }
        needsComma = true
        list.append(literal: "\"")
        list.append(TextTemplate(parts: [.text(Array(key.utf8))]), as: .json)
        list.append(literal: "\":")
    }

    mutating func string(_ key: String, _ value: TextTemplate) {
        begin(key)
        list.append(literal: "\"")
        list.append(value, as: .json)
        list.append(literal: "\"")
    }

    /// A number, `true`, `false` or `null`; the template's text is the token.
    mutating func token(_ key: String, _ value: TextTemplate) {
        begin(key)
        list.append(value, as: .json)
    }

    /// A string, or a number where the value is nothing but one.
    mutating func value(_ key: String, _ value: TextTemplate) {
        if value.onlyHole?.isNumber == true { token(key, value) } else { string(key, value) }
    }

    mutating func strings(_ key: String, _ values: [TextTemplate]) {
        begin(key)
        list.append(literal: "[")
        for (index, value) in values.enumerated() {
            list.append(literal: index == 0 ? "\"" : ",\"")
            list.append(value, as: .json)
            list.append(literal: "\"")
        }
        list.append(literal: "]")
    }

    mutating func object(_ key: String, _ body: (inout ObjectWriter) -> Void) {
        var inner = ObjectWriter()
        body(&inner)
        begin(key)
        list.append(contentsOf: inner.finished())
    }

    /// A document as it is.
    mutating func document(_ key: String, _ document: PieceList) {
        begin(key)
        list.append(contentsOf: document)
    }

    /// A document as text.
    mutating func embedded(_ key: String, _ document: PieceList) {
        begin(key)
        list.append(literal: "\"")
        list.append(insideJSON: document)
        list.append(literal: "\"")
    }

    func finished() -> PieceList {
        var result = list
        result.append(literal: "}")
        return result
    }
}
