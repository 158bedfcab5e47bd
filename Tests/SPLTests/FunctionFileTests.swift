import Foundation
import Pipeline
import Testing
import Values

@testable import SPL

/// Expressions as text files: `expression => value` lines, over the row of the last `row {...}` line.
///
/// A value is JSON: `null` for a missing one, `true` and `false` for what a condition is, `refused WORD` for an
/// expression that does not compile and the word that its error points at. Lines that begin with `#` are sentences.
struct FunctionFile: CustomTestStringConvertible, Sendable {
    struct Line: Sendable {
        var number: Int
        var row: [String: Value]
        var expression: String
        var expected: String
    }

    var name: String
    var lines: [Line] = []

    var testDescription: String { name }

    init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        var row: [String: Value] = [:]
        let text = try String(contentsOf: url, encoding: .utf8)
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("row ") {
                row = try QueryTests.object(String(line.dropFirst(4)))
                continue
            }
            let parts = line.components(separatedBy: " => ")
            guard parts.count == 2 else { throw QueryFile.Malformed(file: url.path) }
            lines.append(Line(number: index + 1, row: row, expression: parts[0], expected: parts[1]))
        }
    }

    static func all() throws -> [FunctionFile] {
        let folder = try #require(Bundle.module.url(forResource: "Queries", withExtension: nil))
        let files = folder.appendingPathComponent("functions")
        let urls = try FileManager.default.contentsOfDirectory(at: files, includingPropertiesForKeys: nil)
        return try urls.sorted { $0.path < $1.path }.map { try FunctionFile($0) }
    }
}

@Suite("Function files")
struct FunctionFileTests {
    private let context = EvaluationContext(now: 1_700_000_000_250_000_000, times: LibraryTimes())

    @Test("name every function")
    func everyFunction() throws {
        let text = try FunctionFile.all().flatMap(\.lines).map(\.expression).joined(separator: "\n")
        for function in EvaluationFunction.allCases {
            #expect(text.contains(function.rawValue + "("), "\(function.rawValue)")
        }
    }

    @Test("give the values they say", arguments: try! FunctionFile.all())
    func run(_ file: FunctionFile) throws {
        for line in file.lines {
            let found = try value(of: line)
            #expect(found == line.expected, "line \(line.number): \(line.expression)")
        }
    }

    private func value(of line: FunctionFile.Line) throws -> String {
        let isCondition: Bool
        do throws(SPLError) {
            isCondition = try parsed(line.expression).isCondition
            _ = try SearchCompiler.compile(
                "search * | " + (isCondition ? "where \(line.expression)" : "eval out = \(line.expression)"),
                macros: MacroLibrary())
        } catch {
            return "refused \(error.word)"
        }
        let expression = try parsed(line.expression)
        let columns = line.row.keys.sorted()
        let assignment = Assignment(
            column: "a column that no row has", expression: isCondition ? .call(.tostring, [expression]) : expression)
        var cells = columns.map { line.row[$0] ?? .missing }
        _ = try RowProgram([.evaluate([assignment])], columns: columns, context: context).apply(to: &cells)
        let value = cells[columns.count]
        if isCondition { return value == "Null" ? "null" : value == "True" ? "true" : "false" }
        return Self.json(value)
    }

    private func parsed(_ text: String) throws(SPLError) -> Pipeline.Expression {
        let (expanded, _) = try MacroExpander.expand(text, with: MacroLibrary())
        var parser = ExpressionParser(Scanner(expanded, range: 0..<expanded.bytes.count))
        return try parser.parse()
    }

    private static func json(_ value: Value) -> String {
        switch value {
        case .missing: "null"
        case .number(let number): NumberText.text(number).string
        case .text(let text): quoted(text.string)
        case .multivalue(let texts): "[" + texts.map { quoted($0.string) }.joined(separator: ", ") + "]"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        return "\"\(escaped)\"".replacingOccurrences(of: "\t", with: "\\t").replacingOccurrences(of: "\n", with: "\\n")
    }
}
