/// Which dataset a data model's name means, and under which names its fields are written.
///
/// The fields of a child dataset carry its root's name. After the dataset tables of Splunk's Common Information Model
/// manual.
struct DataModelReference: Hashable {
    var model: String
    var dataset: String
    /// The names before the dot in field names: the dataset's and those of the datasets it descends from.
    var prefixes: [String]

    /// The root datasets of models that have only one.
    private static let roots: [String: String] = [
        "Alerts": "Alerts", "Authentication": "Authentication", "Certificates": "All_Certificates",
        "Change": "All_Changes", "Compute_Inventory": "All_Inventory", "Data_Access": "Data_Access",
        "Databases": "All_Databases", "DLP": "DLP_Incidents", "Email": "All_Email",
        "Event_Signatures": "Signatures", "Interprocess_Messaging": "All_Interprocess_Messaging",
        "Intrusion_Detection": "IDS_Attacks", "JVM": "JVM", "Malware": "Malware_Attacks",
        "Network_Resolution": "DNS", "Network_Sessions": "All_Sessions", "Network_Traffic": "All_Traffic",
        "Performance": "All_Performance", "Risk": "All_Risk", "Ticket_Management": "All_Ticket_Management",
        "UEBA": "All_UEBA_Events", "Updates": "Updates", "Vulnerabilities": "Vulnerabilities", "Web": "Web",
    ]

    /// Children whose own fields searches write behind the child's name: `All_Certificates.SSL.ssl_issuer`.
    private static let children: [String: [String]] = [
        "Certificates": ["SSL"],
        "Compute_Inventory": ["CPU", "Memory", "Network", "OS", "Storage", "User", "Virtual_OS", "Snapshot", "Tools"],
        "Databases": [
            "Database_Instance", "Instance_Stats", "Session_Info", "Lock_Info", "Database_Query", "Tablespace",
            "Query_Stats",
        ],
        "JVM": ["Threading", "Runtime", "OS", "Compilation", "Classloading", "Memory"],
        "Malware": ["Allowed_Malware", "Blocked_Malware", "Quarantined_Malware"],
        "Network_Sessions": ["DHCP", "VPN", "Session_Start", "Session_End"],
        "Performance": ["CPU", "Facilities", "Memory", "Storage", "Network", "OS", "Timesync", "Uptime"],
        "Ticket_Management": ["Change", "Incident", "Problem"],
        "UEBA": ["UEBA_Anomalies", "UEBA_Threats"],
        "Updates": ["Update_Errors"],
        "Vulnerabilities": [
            "High_Critical_Vulnerabilities", "Medium_Vulnerabilities", "Low_Informational_Vulnerabilities",
        ],
    ]

    /// - Parameters:
    ///   - name: `Model` or `Model.Dataset`, the dataset with its ancestors or without.
    ///   - nodeName: `nodename=`, which goes before what `name` says.
    ///   - fieldNames: names as the search writes them; where only the model is named and it has several roots, their
    ///     common prefix tells the dataset.
    init(_ name: String, nodeName: String?, fieldNames: [String]) {
        var path = name.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        model = path.isEmpty ? "" : path.removeFirst()
        if let nodeName { path = nodeName.split(separator: ".", omittingEmptySubsequences: true).map(String.init) }
        if path.isEmpty { path = [Self.roots[model] ?? Self.commonPrefix(of: fieldNames) ?? model] }
        dataset = path.last ?? model
        if let root = Self.roots[model], !path.contains(root) { path.insert(root, at: 0) }
        prefixes = path
    }

    /// The dataset's own name for a field, `process` for `Processes.process`; a name under another prefix stays as it
    /// is, and so is a field that no event has.
    func field(_ name: String) -> String {
        for prefix in prefixes where name.hasPrefix(prefix + ".") {
            return fieldOfChild(String(name.dropFirst(prefix.count + 1)))
        }
        return name
    }

    /// The same for what stands behind a prefix, which may be the name of a child or, where it has grandchildren, several.
    private func fieldOfChild(_ name: String) -> String {
        var rest = Substring(name)
        let names = (Self.children[model] ?? []) + prefixes
        while let child = names.first(where: { rest.hasPrefix($0 + ".") }) { rest = rest.dropFirst(child.count + 1) }
        return String(rest)
    }

    private static func commonPrefix(of names: [String]) -> String? {
        let prefixes = Set(names.compactMap { name in name.firstIndex(of: ".").map { String(name[..<$0]) } })
        return prefixes.count == 1 ? prefixes.first : nil
    }
}
