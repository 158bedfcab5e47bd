import Matching
import Pipeline

/// Conditions inside of options: in quotation marks, in parentheses.
extension Scanner {
    /// Goes past `name=` if it is next and is one of these, in any case; white space around `=` is allowed.
    mutating func takeOptionName(_ names: Set<String>) -> String? {
        let start = position
        while let byte = current, byte.isNameByte { position += 1 }
        let name = slice(start..<position).lowercased.string
        skipSpace()
        guard names.contains(name), take(Byte.equals) else {
            position = start
            return nil
        }
        skipSpace()
        return name
    }

    /// Goes past `( ... )`, in which strings may hold parentheses: what is between them.
    mutating func takeParenthesised(of name: String) throws(SPLError) -> Range<Int> {
        guard current == Byte.open else {
            throw error("a parenthesis was expected behind \(name)", "put the condition between parentheses")
        }
        let start = position
        var depth = 0
        while let byte = current {
            if byte == Byte.quote {
                _ = try readQuoted()
                continue
            }
            position += 1
            if byte == Byte.open { depth += 1 }
            if byte == Byte.close {
                depth -= 1
                if depth == 0 { return (start + 1)..<(position - 1) }
            }
        }
        throw error("the parenthesis is not closed", "close it", at: start..<(start + 1))
    }

    /// An expression of its own; an error in it points at the range of the command's text.
    func expression(_ bytes: [UInt8], at range: Range<Int>) throws(SPLError) -> Expression {
        var parser = ExpressionParser(Scanner.over(bytes))
        do {
            let expression = try parser.parse()
            var rest = parser.scanner
            try rest.expectEnd("join conditions with AND or OR")
            return expression
        } catch {
            throw self.error(error.message, error.advice, reason: error.reason, at: range)
        }
    }

    /// A search condition of its own; an error in it points at the range of the command's text.
    func condition(_ bytes: [UInt8], at range: Range<Int>) throws(SPLError) -> Predicate<String> {
        var parser = SearchPredicateParser(Scanner.over(bytes), position: .generating)
        do {
            return try parser.parse()
        } catch {
            throw self.error(error.message, error.advice, reason: error.reason, at: range)
        }
    }

    private static func over(_ bytes: [UInt8]) -> Scanner {
        var text = ExpandedText(original: bytes)
        text.append(bytes[...], from: .text(0))
        return Scanner(text, range: 0..<bytes.count)
    }
}
