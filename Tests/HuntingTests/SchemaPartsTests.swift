import Hunting
import SPL
import Schemas
import Testing

@Suite("The parts of the schema that searches read")
struct SchemaPartsTests {
    private func parts(_ search: String) throws -> String {
        let parts = SchemaParts(readBy: [try SearchCompiler.compile(search)])
        let datasets = parts.datasets.map { $0.sorted().joined(separator: ",") } ?? "all"
        let events = parts.events ? parts.records ? " events records" : " events" : ""
        return "\(datasets)\(events)\(parts.logsources ? " logsources" : "")"
    }

    @Test(
        "are those of the search, and of the searches inside it",
        arguments: [
            ("| tstats count from datamodel=Endpoint.Processes by Processes.dest", "Endpoint.Processes"),
            ("| tstats count from datamodel=Endpoint.Processes by Processes.dest source", "Endpoint.Processes events"),
            (
                "| tstats count from datamodel=Endpoint.Processes where sourcetype=x by Processes.dest",
                "Endpoint.Processes events"
            ),
            ("| from datamodel:Endpoint.Processes", "Endpoint.Processes events"),
            ("EventID=1 | stats count", " events"),
            ("index=risk | stats count", "Risk.Archived_Risk"),
            ("| tstats count where index=* by sourcetype", " events records"),
            ("sourcetype=aws:cloudtrail eventName=x | stats count", " events records"),
            ("user=x | stats count", " events records"),
            ("sourcetype=XmlWinEventLog user=x | stats count", " events"),
            ("(source=WinEventLog:Security OR Channel=Security) user=x | stats count", " events"),
            ("(source=WinEventLog:Security OR user=x) | stats count", " events records"),
            ("NOT EventCode=1 | stats count", " events records"),
            ("| tstats count from datamodel=Web by Web.src sourcetype", "Web.Web events records"),
            (
                "| tstats count from datamodel=Endpoint.Registry by Registry.dest | join Registry.dest "
                    + "[| tstats count from datamodel=Endpoint.Processes by Processes.dest | rename Processes.dest as Registry.dest]",
                "Endpoint.Processes,Endpoint.Registry"
            ),
            (
                "| tstats count from datamodel=Endpoint.Ports by Ports.dest | append [search EventID=1 | stats count]",
                "Endpoint.Ports events"
            ),
            ("| makeresults | map search=\"search EventID=1\"", "all events records"), ("| makeresults | eval x=1", ""),
        ])
    func parts(search: String, expected: String) throws {
        #expect(try parts(search) == expected)
    }
}
