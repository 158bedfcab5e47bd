import Events
import Hunting
import Schemas
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
    }
}
