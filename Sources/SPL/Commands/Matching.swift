import Matching
import Pipeline
import Values

extension CommandSyntax {
    /// `rex` and `regex`.
    static let matching: [CommandSyntax] = [
        CommandSyntax("rex", parse: parseExtraction),
        CommandSyntax("regex", parse: parseCondition),
    ]

    /// `[field=] "pattern" [max_match=] [offset_field=]`, or `[field=] mode=sed "script"`
    private static func parseExtraction(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var extraction = PatternExtraction(pattern: Text(bytes: []))
        var pattern: (bytes: [UInt8], range: Range<Int>)?
        var isScript = false
        scanner.skipSpace()
        while !scanner.isAtEnd {
            let start = scanner.position
            if let option = try readOption(&scanner) {
                switch option.name {
                case "field": extraction.field = option.value
                case "max_match": extraction.maximumMatches = try scanner.count(option)
                case "offset_field": extraction.offsetField = option.value
                default:
                    guard option.value.asciiLowercased == "sed" else {
                        throw scanner.error("rex has no other mode than sed", "write mode=sed", at: option.range)
                    }
                    isScript = true
                }
            } else if pattern == nil {
                let bytes = try scanner.readPattern()
                pattern = (bytes, start..<scanner.position)
            } else {
                throw scanner.error("this was not expected here", "rex takes one pattern, in quotation marks")
            }
            scanner.skipSpace()
        }
        guard let pattern else {
            throw scanner.error("the pattern is missing", "write one in quotation marks")
        }
        if isScript {
            var parser = SedParser(pattern.bytes, scanner: scanner, range: pattern.range)
            return [.extract(.substitution(field: extraction.field, try parser.parse()))]
        }
        extraction.pattern = Text(bytes: pattern.bytes)
        // A pattern that does not compile is told by the check that every command goes through.
        if let expression = try? RegularExpression(pattern.bytes) {
            guard !expression.groupNames.isEmpty else {
                throw scanner.error(
                    "the pattern has no named group", "name what shall be a field, as (?<name>...)", at: pattern.range)
            }
        }
        return [.extract(.pattern(extraction))]
    }

    /// Only the options that there are: a pattern without quotation marks may hold `=`.
    private static func readOption(_ scanner: inout Scanner) throws(SPLError) -> Scanner.Argument? {
        let start = scanner.position
        if let option = try scanner.readOption() {
            if ["field", "max_match", "offset_field", "mode"].contains(option.name) { return option }
            if scanner.slice(option.valueRange).first == Byte.quote {
                throw scanner.unknown(option, of: "rex", "it takes field, max_match, offset_field and mode")
            }
        }
        scanner.position = start
        return nil
    }

    /// `"pattern"`, `field="pattern"` or `field!="pattern"`
    private static func parseCondition(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var condition = PatternCondition(pattern: Text(bytes: []))
        scanner.skipSpace()
        let start = scanner.position
        if let field = try readComparedField(&scanner) {
            condition.field = field.name
            condition.isInverted = field.isInverted
        } else {
            scanner.position = start
        }
        scanner.skipSpace()
        guard !scanner.isAtEnd else {
            throw scanner.error("the pattern is missing", "write one in quotation marks")
        }
        if scanner.current == Byte.quote {
            condition.pattern = Text(bytes: try scanner.readQuoted())
            try scanner.expectEnd("regex takes one pattern, in quotation marks")
        } else {
            condition.pattern = Text(bytes: unescaped(scanner.slice(scanner.position..<scanner.end)))
            scanner.position = scanner.end
        }
        return [.extract(.condition(condition))]
    }

    /// A name with `=` or `!=` behind it.
    private static func readComparedField(
        _ scanner: inout Scanner
    ) throws(SPLError) -> (name: String, isInverted: Bool)? {
        var name: String
        if scanner.current == Byte.quote {
            name = try scanner.readQuoted().string
        } else {
            let start = scanner.position
            while let byte = scanner.current, byte.isNameByte || ".{}@:-".utf8.contains(byte) { scanner.position += 1 }
            name = scanner.slice(start..<scanner.position).string
        }
        scanner.skipSpace()
        let isInverted = scanner.current == Byte.exclamation && scanner.peek() == Byte.equals
        if isInverted { scanner.position += 1 }
        guard !name.isEmpty, scanner.take(Byte.equals) else { return nil }
        return (name, isInverted)
    }
}

extension Scanner {
    /// A pattern: in quotation marks, or up to white space.
    mutating func readPattern() throws(SPLError) -> [UInt8] {
        if current == Byte.quote { return try readQuoted() }
        let start = position
        while let byte = current, !byte.isWhiteSpace { position += 1 }
        return unescaped(slice(start..<position))
    }
}

/// Reads what `rex mode=sed` takes: `s/pattern/replacement/flags` and `y/characters/characters/`.
private struct SedParser {
    private let bytes: [UInt8]
    private let scanner: Scanner
    private let range: Range<Int>
    private var index = 0

    init(_ bytes: [UInt8], scanner: Scanner, range: Range<Int>) {
        self.bytes = bytes
        self.scanner = scanner
        self.range = range
    }

    mutating func parse() throws(SPLError) -> SedScript {
        var commands: [SedScript.Command] = []
        skipSeparators()
        while index < bytes.count {
            let kind = bytes[index]
            index += 1
            switch kind {
            case UInt8(ascii: "s"): commands.append(try substitution())
            case UInt8(ascii: "y"): commands.append(try translation())
            default: throw error("sed mode knows s and y only", "write s/pattern/replacement/")
            }
            skipSeparators()
        }
        guard !commands.isEmpty else { throw error("the sed script is empty", "write s/pattern/replacement/") }
        return SedScript(commands: commands)
    }

    private mutating func substitution() throws(SPLError) -> SedScript.Command {
        let parts = try delimited()
        var isGlobal = false
        var ignoresCase = false
        var first = 0
        while index < bytes.count, !bytes[index].isWhiteSpace, bytes[index] != UInt8(ascii: ";") {
            switch bytes[index] {
            case UInt8(ascii: "g"): isGlobal = true
            case UInt8(ascii: "i"), UInt8(ascii: "I"): ignoresCase = true
            case let digit where digit.isDigit: first = min(1_000_000, first * 10 + Int(digit - 0x30))
            default: throw error("sed mode has the flags g, i and a number only", "take the others out")
            }
            index += 1
        }
        return .substitute(
            pattern: Text(bytes: Array((ignoresCase ? "(?i)" : "").utf8) + parts.first),
            replacement: replacement(parts.second), first: max(1, first), isGlobal: isGlobal)
    }

    private mutating func translation() throws(SPLError) -> SedScript.Command {
        let parts = try delimited()
        let from = characters(parts.first)
        let to = characters(parts.second)
        guard !from.isEmpty, from.count == to.count else {
            throw error("y needs as many characters on both sides", "write y/abc/xyz/")
        }
        return .translate(from, to)
    }

    /// What stands between the three delimiters, which may be any mark.
    private mutating func delimited() throws(SPLError) -> (first: [UInt8], second: [UInt8]) {
        guard index < bytes.count, !bytes[index].isNameByte, !bytes[index].isWhiteSpace, bytes[index] != Byte.backslash
        else { throw error("the delimiter is missing", "write s/pattern/replacement/") }
        let delimiter = bytes[index]
        index += 1
        return (try part(delimiter), try part(delimiter))
    }

    private mutating func part(_ delimiter: UInt8) throws(SPLError) -> [UInt8] {
        let start = index
        while index < bytes.count, bytes[index] != delimiter { index += bytes[index] == Byte.backslash ? 2 : 1 }
        guard index < bytes.count else {
            throw error("the sed script ends too early", "write s/pattern/replacement/ with three delimiters")
        }
        defer { index += 1 }
        return Array(bytes[start..<index])
    }

    /// `\1` to `\9` are groups; `\n`, `\r`, `\t` control characters; a backslash before anything else stands for that.
    private func replacement(_ text: [UInt8]) -> [SedScript.Part] {
        var parts: [SedScript.Part] = []
        var plain: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == Byte.backslash, let next = rest.popFirst() else {
                plain.append(byte)
                continue
            }
            if next.isDigit {
                if !plain.isEmpty { parts.append(.text(Text(bytes: plain))) }
                plain = []
                parts.append(.group(Int(next - 0x30)))
            } else {
                plain.append(Self.control(next) ?? next)
            }
        }
        if !plain.isEmpty { parts.append(.text(Text(bytes: plain))) }
        return parts
    }

    private func characters(_ text: [UInt8]) -> [Text] {
        var characters: [Text] = []
        var index = 0
        while index < text.count {
            var byte = text[index]
            if byte == Byte.backslash, index + 1 < text.count {
                index += 1
                byte = Self.control(text[index]) ?? text[index]
            }
            var character = [byte]
            index += 1
            while index < text.count, text[index] & 0xC0 == 0x80 {
                character.append(text[index])
                index += 1
            }
            characters.append(Text(bytes: character))
        }
        return characters
    }

    private static func control(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private mutating func skipSeparators() {
        while index < bytes.count, bytes[index].isWhiteSpace || bytes[index] == UInt8(ascii: ";") { index += 1 }
    }

    private func error(_ message: String, _ advice: String) -> SPLError {
        scanner.error(message, advice, at: range)
    }
}
