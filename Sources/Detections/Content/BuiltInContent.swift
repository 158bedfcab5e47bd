import YAML

/// What the program brings along, so that it is of use without any content folder.
public enum BuiltInContent {
    /// What stands in place of a path to mean the content that the program ships.
    public static let prefix = "builtin:"

    /// How messages name the built-in detection in place of a file.
    public static let seedName = "builtin:remote_process_instantiation_via_wmi_and_powershell"

    /// The detection that the program ships, a YAML document.
    public static var seedDetection: [UInt8] {
        PackageResources.remote_process_instantiation_via_wmi_and_powershell_yml
    }

    /// Technique, tactics and groups for what the program ships, in the form of ESCU's `mitre_enrichment.csv`.
    public static var mitreEnrichment: [UInt8] { PackageResources.mitre_enrichment_csv }
}
