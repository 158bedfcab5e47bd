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
        "Change": "All_Changes", "Data_Access": "Data_Access", "DLP": "DLP_Incidents", "Email": "All_Email",
        "Event_Signatures": "Signatures", "Intrusion_Detection": "IDS_Attacks", "Malware": "Malware_Attacks",
        "Network_Resolution": "DNS", "Network_Sessions": "All_Sessions", "Network_Traffic": "All_Traffic",
        "Risk": "All_Risk", "Updates": "Updates", "Vulnerabilities": "Vulnerabilities", "Web": "Web",
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
            return String(name.dropFirst(prefix.count + 1))
        }
        return name
    }

    private static func commonPrefix(of names: [String]) -> String? {
        let prefixes = Set(names.compactMap { name in name.firstIndex(of: ".").map { String(name[..<$0]) } })
        return prefixes.count == 1 ? prefixes.first : nil
    }
}
