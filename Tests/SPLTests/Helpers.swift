import Matching
import Pipeline
import Testing
import Values

@testable import SPL

func compile(_ text: String, _ macros: MacroLibrary = MacroLibrary()) throws -> CompiledSearch {
    try SearchCompiler.compile(text, macros: macros)
}

/// The condition of a search that has nothing else.
func condition(_ text: String) throws -> Predicate<String> {
    try compile("search " + text).plan.filter
}

/// The expression that a text is, whether a `where` could run it or not.
func expression(_ text: String) throws -> Expression {
    let (expanded, _) = try MacroExpander.expand(text, with: MacroLibrary())
    var parser = ExpressionParser(Scanner(expanded, range: 0..<expanded.bytes.count))
    let expression = try parser.parse()
    var scanner = parser.scanner
    try scanner.expectEnd("")
    return expression
}

/// The commands behind `search *`.
func commands(_ text: String) throws -> [Command] {
    try compile("search * | " + text).plan.commands
}

struct MissingCommand: Error {}

/// The error that a text is refused with; a text that compiles fails the test.
func refusal(
    _ text: String, _ macros: MacroLibrary = MacroLibrary(), at location: SourceLocation = #_sourceLocation
) throws -> SPLError {
    do {
        let plan = try SearchCompiler.compile(text, macros: macros).plan
        Issue.record("compiled to \(plan.explanation)", sourceLocation: location)
        throw MissingCommand()
    } catch let error as SPLError {
        return error
    }
}

func equals(_ field: String, _ value: String) -> Predicate<String> {
    .field(field, .equals(WildcardPattern(Array(value.utf8))))
}

func differs(_ field: String, _ value: String) -> Predicate<String> {
    .field(field, .differs(WildcardPattern(Array(value.utf8))))
}

func phrase(_ text: String) -> Predicate<String> {
    .rawText(WildcardPattern(Array(text.utf8)))
}

func text(_ text: String) -> Expression {
    .literal(.text(Text(text)))
}
