import Foundation
import Pipeline
import SPL
import Testing
import Values

@testable import Detections

@Suite("A lookup folder")
struct LookupTests {
    private func folder(_ files: [String: String]) throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
        return url.path
    }

    /// The output column of a table for rows of inputs, as texts.
    private func look(
        up inputs: [[Value]], columns: [String], _ command: String, in folders: LookupFolders
    ) throws -> [[String]] {
        let plan = try SearchCompiler.compile("* | lookup " + command, lookups: folders).plan
        let rows = try RowPipeline.run(
            plan.commands, on: RowSet(columns: columns, rows: inputs), context: .withoutTimes)
        let output = rows.columns.firstIndex(of: "out")
        return rows.rows.map { row in output.map { row[$0].texts.map(\.string) } ?? [] }
    }

    @Test("has columns by their names without the white space around them")
    func header() throws {
        let path = try folder(["t.csv": "a , out\nx, first\n"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let found = try look(up: [["x"]], columns: ["a"], "t.csv a OUTPUT out", in: LookupFolders([path]))
        #expect(found == [[" first"]])
    }

    @Test("may be told that a table which is nowhere has no rows, and whatever columns a search names")
    func absent() throws {
        let path = try folder([
            "seen.yml": "name: seen\ncollection: seen\nfields_list: _key, a, out\n",
            "filled.yml": "name: filled\ncollection: filled\nmin_matches: 1\ndefault_match: none\n",
            "broken.csv": "a,b\n1\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path], takesAbsentForEmpty: true)
        #expect(try look(up: [["x"]], columns: ["a"], "seen a OUTPUT out", in: folders) == [[]])
        #expect(try look(up: [["x"]], columns: ["a"], "filled a OUTPUT b AS out", in: folders) == [["none"]])
        let appended = try SearchCompiler.compile("| inputlookup nowhere.csv | stats count", lookups: folders)
        #expect(appended.warnings.contains { $0.contains("nowhere.csv") })
        #expect(throws: LookupFailure.self) { try folders.table(named: "broken.csv") }
        #expect(throws: LookupFailure.self) { try LookupFolders([path]).table(named: "seen") }
    }

    @Test("has definitions that name no file, but a type: the table is then called as they are")
    func typed() throws {
        let path = try folder([
            "roles.yml":
                "name: roles\nlookup_type: csv\nmatch_type:\n    - WILDCARD(a)\n    - CIDR(b)\nmin_matches: 1\n",
            "roles.csv": "a,b,out\nx*,10.0.0.0/8,found\n",
            "seen.yml": "name: seen\nlookup_type: kvstore\nfields:\n    - _key\n    - a\n    - out\n",
            "stored.yml": "name: stored\ncollection: kept\n",
            "kept.csv": "a,out\nx,exported\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path])
        #expect(folders.problems.isEmpty)
        let roles = try look(
            up: [["xy", "10.1.2.3"], ["xy", "11.1.2.3"]], columns: ["a", "b"], "roles a b OUTPUT out", in: folders)
        #expect(roles == [["found"], []])
        #expect(try look(up: [["x"]], columns: ["a"], "stored a OUTPUT out", in: folders) == [["exported"]])
        let refusal = #expect(throws: LookupFailure.self) { try folders.table(named: "seen") }
        #expect(refusal?.reason.contains("KV store collection (seen)") == true)
        let empty = try LookupFolders([path], takesAbsentForEmpty: true).table(named: "seen")
        #expect(empty.columns == ["_key", "a", "out"] && empty.isAbsent)
    }

    @Test("matches exactly and heeds case unless its definition says otherwise")
    func exact() throws {
        let path = try folder([
            "t.csv": "a,b,out\nx,1,first\nx,2,second\nx,1,third\nX,1,\n",
            "t.yml": "name: table\nfilename: t.csv\n",
            "u.yml": "name: loose\nfilename: t.csv\ncase_sensitive_match: 'false'\nmax_matches: 1\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path])
        let inputs: [[Value]] = [["x", "1"], ["X", "1"], ["x", "2"], ["y", "1"], ["x", ""]]
        #expect(
            try look(up: inputs, columns: ["p", "q"], "table a AS p b AS q OUTPUT out", in: folders)
                == [["first", "third"], [], ["second"], [], []])
        #expect(
            try look(up: inputs, columns: ["p", "q"], "loose a AS p, b AS q OUTPUT out", in: folders)
                == [["first"], ["first"], ["second"], [], []])
        #expect(
            try look(up: [["x", "2"]], columns: ["p", "q"], "t.csv a AS p, b AS q OUTPUT out", in: folders)
                == [["second"]])
        #expect(folders.problems.isEmpty)
    }

    @Test("is computed where its name is that of an app's script, unless a file has the name")
    func computed() throws {
        let found = try look(
            up: [["aaaa"], ["abab"], ["abcd"], [.multivalue(["é€", "x"])], [.missing]], columns: ["name"],
            "ut_shannon_lookup word AS name OUTPUT ut_shannon AS out", in: LookupFolders([]))
        #expect(found == [["0"], ["1"], ["2"], ["1", "0"], []])
        let path = try folder([
            "t.csv": "word,out\nx,own\n", "t.yml": "name: ut_shannon_lookup\nfilename: t.csv\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let own = try look(
            up: [["x"]], columns: ["word"], "ut_shannon_lookup word OUTPUT out", in: LookupFolders([path]))
        #expect(own == [["own"]])
        for search in ["* | lookup ut_shannon_lookup ut_shannon", "| inputlookup ut_shannon_lookup"] {
            #expect(throws: SPLError.self, "\(search)") { try SearchCompiler.compile(search) }
        }
    }

    @Test("matches patterns and address blocks, and fills up with the default")
    func patterns() throws {
        let path = try folder([
            "w.csv": "path,net,out\n*\\temp\\*,10.0.0.0/8,temp\n*.EXE,0.0.0.0/0,program\n",
            "w.yml":
                "name: w\nfilename: w.csv\nmatch_type: WILDCARD(path), CIDR(net)\ncase_sensitive_match: 'false'\n"
                + "min_matches: 1\ndefault_match: 'none'\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path])
        let inputs: [[Value]] = [
            ["C:\\Temp\\a.exe", "10.1.2.3"], ["C:\\Temp\\a.exe", "11.1.2.3"], ["a.dll", "10.0.0.1"],
            ["a.exe", "no address"], [.missing, "10.0.0.1"],
        ]
        #expect(
            try look(up: inputs, columns: ["path", "net"], "w path, net OUTPUT out", in: folders)
                == [["temp", "program"], ["program"], ["none"], ["none"], ["none"]])
    }

    @Test("matches many patterns as it does a few, in file order and beside other columns")
    func manyPatterns() throws {
        // The same rows, once among others that match nothing here.
        let telling = [
            "*\\run*,10.0.0.0/8,a,1", "C:*,0.0.0.0/0,a,2", ",0.0.0.0/0,a,3", "*,0.0.0.0/0,b,4", "*.exe,10.1.0.0/16,a,5",
        ]
        let idle = (0..<40).map { "*none\($0)*,0.0.0.0/0,a,idle\($0)" }
        let mixed = zip(idle, telling + idle).flatMap { [$0, $1] }
        let definition =
            "\nmatch_type: WILDCARD(path), CIDR(net)\ncase_sensitive_match: 'false'\nmax_matches: 3\n"
        let path = try folder([
            "few.csv": (["path,net,kind,out"] + telling).joined(separator: "\n"),
            "many.csv": (["path,net,kind,out"] + mixed).joined(separator: "\n"),
            "few.yml": "name: few\nfilename: few.csv" + definition,
            "many.yml": "name: many\nfilename: many.csv" + definition,
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path])
        var inputs: [[Value]] = []
        for path in ["C:\\Run\\x.EXE", "d:\\run", "c:\\x.exe", "y.exe"] {
            for net in ["10.1.2.3", "10.2.2.3", "11.0.0.1"] {
                for kind in ["a", "B"] { inputs.append([.text(Text(path)), .text(Text(net)), .text(Text(kind))]) }
            }
        }
        let columns = ["path", "net", "kind"]
        let few = try look(up: inputs, columns: columns, "few path net kind OUTPUT out", in: folders)
        #expect(few[0] == ["1", "2", "5"] && few[1] == ["4"] && few[4] == ["2"])
        #expect(try look(up: inputs, columns: columns, "many path net kind OUTPUT out", in: folders) == few)
    }

    @Test("replaces values with OUTPUT and keeps them with OUTPUTNEW")
    func outputs() throws {
        let path = try folder(["t.csv": "a,out\nx,new\n"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folders = LookupFolders([path])
        let inputs: [[Value]] = [["x", "old"], ["x", .missing], ["y", "old"]]
        #expect(
            try look(up: inputs, columns: ["a", "out"], "t.csv a OUTPUT out", in: folders) == [["new"], ["new"], []])
        #expect(
            try look(up: inputs, columns: ["a", "out"], "t.csv a OUTPUTNEW out", in: folders)
                == [["old"], ["new"], ["old"]])
        #expect(
            try look(
                up: [[.multivalue(["x", "y", "x"])]], columns: ["a"], "t.csv a OUTPUT out", in: folders)
                == [["new", "new"]])
    }

    @Test("says why a table can't be had")
    func failures() throws {
        let path = try folder([
            "ragged.csv": "a,b\n1,2\n1,2,3\n", "open.csv": "a,b\n\"x,2\n", "empty.csv": "",
            "twice.csv": "a,b, a\n1,2,3\n", "nameless.csv": ",\n1,2\n",
            "spare.csv": "a,,b,\n1,x,2,y\n",
            "kv.yml": "name: kv\ncollection: kv\n", "gone.yml": "name: gone\nfilename: gone.csv\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("\u{FEFF}a,b\n".data(using: .utf16LittleEndian)!).write(to: URL(fileURLWithPath: path + "/wide.csv"))
        let folders = LookupFolders([path])
        func failure(_ name: String) throws -> LookupFailure {
            do {
                _ = try folders.table(named: name)
                throw LookupFailure("it was read")
            } catch let failure as LookupFailure {
                return failure
            }
        }
        #expect(try failure("ragged.csv").reason.hasSuffix("ragged.csv:3: the line has 3 cells, the header 2"))
        #expect(try failure("ragged.csv").isBroken)
        #expect(try failure("open.csv").isBroken)
        #expect(try failure("empty.csv").isBroken)
        #expect(
            try failure("twice.csv").reason.hasSuffix(
                "twice.csv: the header has a twice; which one is meant can't be told"))
        #expect(try failure("twice.csv").isBroken)
        #expect(try failure("nameless.csv").reason.hasSuffix("nameless.csv: the file has no header"))
        #expect(try failure("wide.csv").reason.contains("UTF-16"))
        #expect(try folders.table(named: "spare.csv").columns == ["a", "b"])
        #expect(try folders.table(named: "spare.csv").rows == [[Text("1"), Text("2")]])
        #expect(try failure("kv").reason.contains("KV store"))
        #expect(try failure("gone").reason.contains("gone.csv"))
        #expect(try !failure("nothing").isBroken)
        #expect(LookupFolders([path + "/none"]).problems.count == 1)
    }
}
