import Testing
import Values
import YAML

@testable import Detections

@Suite struct CSVTableTests {
    private func table(_ text: String) throws -> CSVTable { try CSVTable(Array(text.utf8), file: "t.csv") }

    @Test("cells may be quoted and hold commas, quotes and line ends")
    func quoting() throws {
        let table = try table("a,b,c\r\n1,\"x, \"\"y\"\"\",\"two\r\nlines\"\r\n\"\",,\"\"\"\"\r\n")
        #expect(table.columns.map(\.string) == ["a", "b", "c"])
        #expect(
            table.rows.map { $0.map(\.string) } == [["1", "x, \"y\"", "two\r\nlines"], ["", "", "\""]])
    }

    @Test("short rows are filled, long ones cut, empty lines passed over")
    func ragged() throws {
        let table = try table("\u{FEFF}a,b\n1\n\n2,3,4\n5,6")
        #expect(table.columns.map(\.string) == ["a", "b"])
        #expect(table.rows.map { $0.map(\.string) } == [["1", ""], ["2", "3"], ["5", "6"]])
        #expect(table.column("b") == 1)
        #expect(table.column("c") == nil)
    }

    @Test("a lone carriage return and a quote inside a cell are text")
    func text() throws {
        #expect(try table("a\n1\r2\nx\"y\n").rows.map { $0[0].string } == ["1\r2", "x\"y"])
        #expect(try table("").rows.isEmpty)
        #expect(try table("a\n1\r").rows.map { $0[0].string } == ["1"])
    }

    @Test("a quote that is not closed is located", arguments: [("a\n1\n\"open\n", 3), ("a\n\"x\ny\"z\n", 3)])
    func errors(text: String, line: Int) {
        do throws(ContentProblem) {
            _ = try CSVTable(Array(text.utf8), file: "t.csv")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.mark?.line == line)
            #expect(error.file == "t.csv")
        }
    }
}
