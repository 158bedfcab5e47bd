import Archives
import Detections
import Events
import Hunting
import SPL
import Schemas
import TestSupport
import Testing

@Suite("Notes on rules")
struct NoteTests {
    private func notes(_ search: String) throws -> [String] {
        let hunter = try Hunter(
            rules: [try searchRule(search)], schema: testSchema,
            options: HuntOptions(now: Timestamp(nanoseconds: 0)))
        return hunter.notes[0] ?? []
    }

    @Test("name fields that the data model does not have, and only these")
    func unknownFields() throws {
        let found = try notes("| tstats count from datamodel=Endpoint.Processes by Processes.dest Processes.bogus")
        #expect(found.count == 1)
        #expect(found.first?.contains("Endpoint.Processes has no field bogus") == true)
        let known =
            "| tstats count from datamodel=Endpoint.Processes where Processes.mem_used>1 by Processes.dest _time host"
        #expect(try notes(known).isEmpty)
        #expect(try notes("bogus=1 | stats count by other").isEmpty)
        // What the search makes itself is none of them, unless it asks the events for it before.
        let made = #"| rex field=process "(?<url>https?:\S+)" | stats values(url) as url by dest"#
        #expect(try notes("| from datamodel:Endpoint.Processes " + made).isEmpty)
        #expect(try notes("| from datamodel:Endpoint.Processes | where isnull(url) " + made).count == 1)
    }
}

@Suite("Doubts about searches that found nothing")
struct DoubtTests {
    private func doubts(_ search: String, in events: String, kind: RuleIdentity.Kind = .search) async throws -> [String]
    {
        let folder = try TemporaryFolder()
        let archives = try ArchiveLocator().locate(paths: [try folder.write(events, to: "a.jsonl")])
        let rule = HuntRule(
            identity: RuleIdentity(id: "search", name: "search", kind: kind),
            state: .compiled(try SearchCompiler.compile(search)))
        let hunter = try Hunter(
            rules: [rule], schema: testSchema, options: HuntOptions(now: Timestamp(nanoseconds: 0)))
        let report = await hunter.run(archives)
        return await hunter.doubts(about: report, in: archives).flatMap(\.notes)
    }

    private static let process = #"{"EventID":4688,"Channel":"Security","NewProcessName":"C:\\a.exe"}"# + "\n"

    @Test(
        "name the field that was likely meant",
        arguments: [
            ("EvntID=4688", "EventID"), ("Channel=Security NewProcesName=*", "NewProcessName"),
            ("(Imgae=a OR Imgae=b) | stats count by host", "Image"),
            ("EventID=4688 | stats count by newprocessname", "NewProcessName"),
            ("EvntID=4688 | stats count", "EventID"),
        ])
    func misspelled(search: String, meant: String) async throws {
        let found = try await doubts(search, in: Self.process)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("no event has a field ") == true, "\(found)")
        #expect(found.first?.contains("did you mean \(meant)") == true, "\(found)")
    }

    @Test(
        "are not raised where a name is known, is optional, is like no other, or was found by",
        arguments: [
            "EventID=1", "EventID=1 (Imgae=* OR Image=*)", "EventID=1 NOT Imgae=x", "bogus=1", "param77=x",
            "EventID=4688 NewProcessName=*", "| tstats count where EventID=4688",
        ])
    func right(search: String) async throws {
        #expect(try await doubts(search, in: Self.process).isEmpty)
    }

    @Test("are not raised of a field that some event has, of a rule of a pack, or where there is no event")
    func unraised() async throws {
        let own = #"{"EvntID":4688,"lvl":"info"}"# + "\n" + #"{"a{}":1,"EventID":2}"# + "\n"
        #expect(try await doubts("EvntID=4688", in: own).isEmpty)
        #expect(try await doubts("EvntID=1", in: own).isEmpty)
        #expect(try await doubts("EvntID=1", in: Self.process, kind: .escu).isEmpty)
        #expect(try await doubts("EvntID=4688", in: "\n").isEmpty)
    }
}
