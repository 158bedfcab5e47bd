import SPL

@testable import Detections

/// Documents that several tests read.
enum Samples {
    static let observables = """
        name: Shell Started by Print Spooler
        id: 3f0c6a53-2b4e-4d15-9a8e-8f2f4b0b7a11
        version: 7
        date: '2024-05-06'
        author: A. Analyst
        status: experimental
        type: TTP
        description: A shell whose parent is the print spooler.
        data_source:
        - Sysmon EventID 1
        search: '| tstats count from datamodel=Endpoint.Processes where Processes.parent_process_name=spoolsv.exe
          by Processes.dest Processes.user Processes.process_name | `drop_dm_object_name(Processes)`'
        how_to_implement: Collect process events.
        known_false_positives: Printer drivers.
        references:
        - https://example.org/a
        - https://example.org/b
        drilldown_searches:
        - name: Results for $dest$
          search: '%original_detection_search% | search dest="$dest$"'
          earliest_offset: $info_min_time$
          latest_offset: $info_max_time$
        tags:
          analytic_story: [Printers]
          asset_type: Endpoint
          confidence: 80
          impact: 70
          cve: [CVE-2021-34527]
          message: $process_name$ on $dest$ by $user$, $nothing$, costs 5$
          mitre_attack_id: [T1047, T1059.001]
          observable:
          - {name: dest, type: Hostname, role: [Victim]}
          - {name: user, type: User, role: [Victim]}
          - {name: process_name, type: Process Name, role: [Attacker]}
          - {name: session, type: Other, role: [Victim]}
          risk_score: 56
          security_domain: endpoint
        tests:
        - name: True Positive Test
          attack_data:
          - data: https://example.org/data.log
            source: XmlWinEventLog:Security
            sourcetype: XmlWinEventLog

        """

    static let riskBlock = """
        name: Registry Run Key by Script Host
        id: 8d7a4c9e-52b1-4a39-8ab5-53d1c6f8c0b2
        type: Anomaly
        status: production
        search: index=main
        rba:
          message: $user$ wrote $registry_path$
          risk_objects:
          - {field: dest, type: system, score: 40}
          - {field: user, type: user, score: 25}
          threat_objects:
          - {field: registry_path, type: registry_path}
        tags:
          mitre_attack_id: [T1547.001]
          security_domain: endpoint

        """

    static func detection(_ text: String) throws -> (detection: Detection, problems: [ContentProblem]) {
        let contents = DetectionLoader().load(text: text, file: "sample.yml")
        guard let detection = contents.detections.first else {
            throw contents.problems.first ?? ContentProblem(.error, file: "sample.yml", reason: "no detection")
        }
        return (detection, contents.problems)
    }
}

extension DetectionLoader {
    /// What the documents of a text are.
    func load(text: String, file: String) -> Contents {
        var contents = Contents()
        load(Array(text.utf8), file: file, isNamed: true, into: &contents)
        return contents
    }
}

extension DetectionPack {
    /// The detections whose search compiled.
    var runnable: [(detection: Detection, search: CompiledSearch)] {
        entries.compactMap { entry in entry.search.map { (entry.detection, $0) } }
    }
}
