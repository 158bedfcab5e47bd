public import Pipeline
import Values

extension Expression {
    /// The expression in the syntax of `where` and `eval`, with every field name that needs it in single quotation marks
    /// and a parenthesis around every operand that is an operation itself; read back it is the same expression.
    public var searchText: String {
        switch self {
        case .literal(let value): Self.text(of: value)
        case .field(let name): Self.text(ofField: name)
        case .dotted(let name): name
        case .not(let inner): "NOT " + inner.operandText
        case .negate(let inner): "-" + inner.operandText
        case .binary(let operation, let left, let right):
            left.operandText + " " + operation.symbol + " " + right.operandText
        case .call(let function, let arguments):
            function.rawValue + "(" + arguments.map(\.searchText).joined(separator: ", ") + ")"
        case .search(let predicate): "searchmatch(" + QuotedText.string(Array(predicate.searchText.utf8)) + ")"
        case .subsearch(let number): "[subsearch \(number + 1)]"
        }
    }

    private var operandText: String {
        switch self {
        case .literal, .field, .dotted, .call, .search, .subsearch: searchText
        case .not, .negate, .binary: "(" + searchText + ")"
        }
    }

    private static func text(of value: Value) -> String {
        switch value {
        case .missing: "null()"
        case .text(let text): QuotedText.string(text.bytes)
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .multivalue(let texts):
            "mvappend(" + texts.map { QuotedText.string($0.bytes) }.joined(separator: ", ") + ")"
        }
    }

    private static func text(ofField name: String) -> String {
        let isPlain =
            name.utf8.first.map { $0.isNameByte && !$0.isDigit } ?? false && name.utf8.allSatisfy(\.isNameByte)
        let isKeyword = ["and", "or", "not", "xor", "like", "in"].contains(name.asciiLowercased)
        return isPlain && !isKeyword ? name : QuotedText.string(Array(name.utf8), mark: Byte.apostrophe)
    }
}
