import Testing
import YAML

@testable import Detections
@testable import SPL

@Suite struct DetectionPackTests {
    private func detection(_ name: String, search: String) -> String {
        "name: \(name)\nid: \(name)\ntype: TTP\nsearch: '\(search)'\n"
    }

    @Test("macros, deployments and enrichment are found beside or above the rules")
    func surroundings() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "macros/shells.yml", "name: shells\ndefinition: Processes.process_name IN (cmd.exe, pwsh.exe)\n")
        try folder.write("lookups/mitre_enrichment.csv", "mitre_id,technique,tactics,groups\nT1,Name,Impact,no\n")
        try folder.write(
            "deployments/ttp.yml",
            "type: TTP\nscheduling: {cron_schedule: '@daily', earliest_time: -1d, latest_time: now}\n")
        try folder.write(
            "detections/endpoint/a.yml",
            detection("A", search: "| tstats count from datamodel=Endpoint.Processes where `shells` by Processes.dest"))
        let pack = DetectionPack(paths: ["\(folder.path)/detections"])
        #expect(pack.problems.isEmpty)
        #expect(pack.runnable.count == 1)
        #expect(pack.runnable.first?.search.macros.map(\.name) == ["shells"])
        #expect(pack.riskModel.enrichment["T1"]?.tactics == ["Impact"])
        #expect(pack.riskModel.deployments[.ttp].cron == "@daily")
        #expect(pack.riskModel.deployments[.anomaly] == Deployment(defaultFor: .anomaly))
        #expect(pack.folders.macros.first?.hasSuffix("/macros") == true)
    }

    @Test("folders that were given go before those beside the rules")
    func givenFolders() throws {
        let folder = try TemporaryFolder()
        try folder.write("rules/macros/m.yml", "name: m\ndefinition: beside\n")
        try folder.write("other/m.yml", "name: m\ndefinition: given\n")
        try folder.write("rules/a.yml", detection("A", search: "`m`"))
        let pack = DetectionPack(
            paths: ["\(folder.path)/rules"], folders: ContentFolders(macros: ["\(folder.path)/other"]))
        #expect(pack.macros.lookup("m", arity: 0)?.text == "given")
    }

    @Test("what can't be compiled says why and where, and the others still run")
    func outcomes() throws {
        let folder = try TemporaryFolder()
        let unsupported = try folder.write("a.yml", detection("A", search: "index=x | nosuchcommand y"))
        let invalid = try folder.write("b.yml", detection("B", search: "index=x (a OR"))
        let undefined = try folder.write("c.yml", detection("C", search: "index=x `nosuchmacro`"))
        try folder.write("d.yml", detection("D", search: "index=x | stats count by host"))
        let pack = DetectionPack(paths: [folder.path])
        #expect(pack.entries.map(\.detection.name) == ["A", "B", "C", "D"])
        #expect(pack.runnable.map(\.detection.name) == ["D"])
        guard case .unsupported(let reason) = pack.entries[0].outcome else {
            Issue.record("not unsupported: \(pack.entries[0].outcome)")
            return
        }
        #expect(reason.hasPrefix("\(unsupported):4: search, column "))
        #expect(reason.contains("nosuchcommand"))
        for (entry, file) in zip(pack.entries[1...2], [invalid, undefined]) {
            guard case .invalid(let reason) = entry.outcome else {
                Issue.record("not invalid: \(entry.outcome)")
                continue
            }
            #expect(reason.hasPrefix("\(file):4: search, column "))
        }
    }

    @Test("the detection that ships compiles without any folder")
    func builtIn() throws {
        let pack = DetectionPack(paths: ["builtin:"])
        #expect(pack.problems.isEmpty)
        #expect(pack.entries.count == 1 && pack.runnable.count == 1, "\(pack.entries.map(\.outcome))")
        #expect(pack.riskModel.enrichment["T1047"]?.groups.count == 34)
    }

    @Test("two detections with one id, and two definitions of a macro, are pointed out")
    func repeats() throws {
        let folder = try TemporaryFolder()
        try folder.write("macros/a.yml", "name: m\ndefinition: one\n")
        try folder.write("macros/b.yml", "name: m\ndefinition: two\n")
        try folder.write("macros/c.yml", "name: m(1)\narguments: [x]\ndefinition: one $x$\n")
        try folder.write("macros/d.yml", "name: m\n")
        try folder.write("x/a.yml", detection("A", search: "`m`"))
        try folder.write("x/b.yml", detection("A", search: "`m(3)`"))
        let pack = DetectionPack(paths: ["\(folder.path)/x"])
        #expect(pack.macros.lookup("m", arity: 0)?.text == "one")
        #expect(pack.macros.lookup("m", arity: 1)?.text == "one $x$")
        #expect(pack.problems.filter { $0.severity == .warning }.count == 2)
        #expect(pack.problems.filter { $0.severity == .error }.count == 1)
        #expect(pack.runnable.count == 2)
    }

    @Test("a folder that was given and is not there is an error; a single file does")
    func givenPaths() throws {
        let folder = try TemporaryFolder()
        let macro = try folder.write("m.yml", "name: m\ndefinition: given\n")
        try folder.write("rules/a.yml", detection("A", search: "`m`"))
        let missing = ContentFolders(macros: [macro], lookups: ["/nonexistent/l"], deployments: ["/nonexistent/d"])
        let pack = DetectionPack(paths: ["\(folder.path)/rules"], folders: missing)
        #expect(pack.problems.map(\.file).sorted() == ["/nonexistent/d", "/nonexistent/l"])
        #expect(pack.problems.allSatisfy { $0.severity == .error })
        #expect(pack.runnable.count == 1)
        #expect(pack.riskModel.enrichment["T1047"] != nil)
    }

    @Test("a broken macro file and a broken enrichment table are problems, and the rules still run")
    func brokenSurroundings() throws {
        let folder = try TemporaryFolder()
        try folder.write("macros/m.yml", "name: [\n")
        try folder.write("lookups/mitre_enrichment.csv", "a,b\n")
        try folder.write("rules/a.yml", detection("A", search: "index=x"))
        let pack = DetectionPack(paths: ["\(folder.path)/rules"])
        #expect(pack.problems.map(\.severity) == [.error, .error])
        #expect(pack.problems.contains { $0.file.hasSuffix("macros/m.yml") })
        #expect(pack.problems.contains { $0.file.hasSuffix("lookups/mitre_enrichment.csv") })
        #expect(pack.runnable.count == 1)
    }
}
