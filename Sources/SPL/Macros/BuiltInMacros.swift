/// The macros that Endpoint detections take for granted, so that one runs without a content pack beside it.
enum BuiltInMacros {
    static let definitions: [MacroLibrary.Key: MacroLibrary.Definition] = {
        var all: [MacroLibrary.Key: MacroLibrary.Definition] = [:]
        for (name, arguments, text) in list {
            all[MacroLibrary.Key(name: name, arity: arguments.count)] =
                MacroLibrary.Definition(arguments: arguments, text: text)
        }
        return all
    }()

    private static let list: [(name: String, arguments: [String], text: String)] = [
        ("drop_dm_object_name", ["object"], "rename \"$object$.*\" as *"),
        (
            "security_content_summariesonly", [],
            "summariesonly=`summariesonly_config` allow_old_summaries=`oldsummaries_config` "
                + "fillnull_value=`fillnull_config`"
        ),
        ("summariesonly_config", [], "false"),
        ("oldsummaries_config", [], "true"),
        ("fillnull_config", [], "null"),
        ("security_content_ctime", ["field"], "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime($field$)"),
        ("process_powershell", [], processPowerShell),
        // Splunk's own way to leave a remark.
        ("comment", ["text"], ""),
    ]

    /// PowerShell by the names it runs under and those it was built under.
    private static let processPowerShell: String = {
        let names = ["pwsh.exe", "sqlps.exe", "sqltoolsps.exe", "powershell.exe", "powershell_ise.exe"]
        let originals = ["pwsh.dll", "PowerShell.EXE", "powershell_ise.EXE"]
        let terms =
            names.map { "Processes.process_name=" + $0 } + originals.map { "Processes.original_file_name=" + $0 }
        return "(" + terms.joined(separator: " OR ") + ")"
    }()
}
