/// Invented detections that use what published ones do: names, paths, wildcards inside, negations, several values, more than
/// one alternative, actions, data of the registry.
enum SampleDetections {
    static let searches: [(name: String, search: String)] = [
        ("whole names", process("Processes.process_name=\"alpha.exe\" Processes.parent_process_name=beta.exe")),
        (
            "a list of names",
            process("Processes.process_name IN (\"one.exe\", \"two.com\", \"thr*\") Processes.process=\"*--go*\"")
        ),
        ("wildcards inside", process("Processes.process=\"*set*value*on*\" Processes.process!=\"*off*\"")),
        (
            "a negated list",
            process(
                "Processes.process_path=\"*\\\\tools\\\\*\" NOT (Processes.process_name IN (\"good.exe\", \"fine.exe\"))"
            )
        ),
        (
            "a name or an original name",
            process(
                "(Processes.process_name=gamma.exe OR Processes.original_file_name=Gamma.dll) Processes.process=\"* /q *\""
            )
        ),
        (
            "OR before AND",
            process("Processes.process=\"*uno*\" OR Processes.process=\"*dos*\" Processes.user=\"*adm*\"")
        ),
        (
            "backslashes",
            process(
                "Processes.parent_process_path=\"*\\\\srv\\\\bin\\\\x.exe\" Processes.process=\"*\\\\\\\\host\\\\share*\""
            )
        ),
        (
            "constants",
            process("Processes.action=allowed Processes.process_name=delta.exe NOT Processes.vendor_product=\"Some*\"")
        ),
        (
            "presence",
            process("Processes.parent_process=* NOT Processes.process_guid=* Processes.process_name=\"e*n.exe\"")
        ),
        (
            "not in a folder",
            process("Processes.process_name=svc.exe Processes.process_path!=\"C:\\\\Windows\\\\System32\\\\*\"")
        ),
        (
            "nested alternatives",
            process(
                "((Processes.process=\"*a1*\" Processes.process=\"*b2*\") OR (Processes.process=\"*c3*\" NOT Processes.process=\"*d4*\")) Processes.process_name=z.exe"
            )
        ),
        ("beyond ASCII", process("Processes.process=\"*größe Ä*\"")),
        (
            "a value of the registry",
            registry(
                "Registry.registry_path=\"*\\\\Vendor\\\\Policies\\\\*\" Registry.registry_value_name=Enabled Registry.registry_value_data=0x00000001"
            )
        ),
        (
            "a deleted key",
            registry("Registry.action=deleted Registry.registry_path=\"HKLM\\\\*\" Registry.registry_key_name=\"Run*\"")
        ),
        (
            "several data",
            registry(
                "Registry.registry_value_data IN (\"*.exe\", \"*.dll\", 0) NOT Registry.registry_path=\"*\\\\Known\\\\*\""
            )
        ),
        (
            "a file name",
            file(
                "Filesystem.file_name IN (\"*.lnk\", \"*.hta\") Filesystem.file_path=\"*\\\\Startup\\\\*\" Filesystem.action=created"
            )
        ),
        (
            "files not of a folder",
            file(
                "Filesystem.file_name=\"*.sys\" NOT Filesystem.file_path=\"*\\\\drivers\\\\*\" Filesystem.user!=SYSTEM")
        ),
        ("a deleted file", file("Filesystem.action=deleted Filesystem.file_path=\"*/var/log/*\"")),
    ]

    private static func process(_ condition: String) -> String {
        "| tstats count from datamodel=Endpoint.Processes where \(condition) by Processes.dest Processes.user"
    }

    private static func registry(_ condition: String) -> String {
        "| tstats count from datamodel=Endpoint.Registry where \(condition) by Registry.dest Registry.registry_path"
    }

    private static func file(_ condition: String) -> String {
        "| tstats count from datamodel=Endpoint.Filesystem where \(condition) by Filesystem.dest Filesystem.file_name"
    }
}
