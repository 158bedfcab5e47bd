extension EventTemplate {
    /// PowerShell 4104: a script block's text.
    static let scriptBlock = record(
        .powerShell, 4104, version: 1, task: 2, opcode: 15, weight: 8, category: "Execute a Remote Command",
        title: "Creating Scriptblock text (1 of 1):",
        fields: #"""
            MessageNumber: 1
            MessageTotal: 1
            ScriptBlockText: {script}
            ScriptBlockId: {nonce.guid}
            Path: {script.path}
            """#, message: "{script}\n\nScriptBlock ID: {nonce.guid}\nPath: {script.path}")

    private static let runspace = """

        Context:
                Severity = Informational
                Host Name = ConsoleHost
                Host Version = {runspace.version}
                Host ID = {logon.guid}
                Host Application = {runspace.application}
                Engine Version = {runspace.version}
                Runspace ID = {nonce.guid}
                Pipeline ID = {thread}
                Command Type = Cmdlet
                Script Name = {script.path}
                Sequence Number = {record}
                User = {user}
                Shell ID = Microsoft.PowerShell

        """

    private static let pipeline = """

        \tDetailSequence=1
        \tDetailTotal=1

        \tSequenceNumber={record}

        \tUserId={user}
        \tHostName=ConsoleHost
        \tHostVersion={runspace.version}
        \tHostId={nonce.guid}
        \tHostApplication={runspace.application}
        \tEngineVersion={runspace.version}
        \tRunspaceId={nonce.guid}
        \tPipelineId={thread}
        \tScriptName={script.path}
        \tCommandLine=

        """

    /// A datum is one line in a template; where Windows puts several lines into one, they are added here.
    private static func appending(_ data: [(String, String)], to template: EventTemplate) -> EventTemplate {
        var result = template
        for (name, text) in data {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
            result.fields.append(Field(name: name, value: TextTemplate(lines)))
        }
        return result
    }

    static let powerShell: [EventTemplate] = [
        scriptBlock,
        appending(
            [("ContextInfo", runspace), ("Payload", "{runspace.invocation}\n")],
            to: record(
                .powerShell, 4103, version: 1, task: 106, opcode: 20, weight: 34, category: "Executing Pipeline",
                title: "{runspace.invocation}", fields: "UserData: -", message: runspace)),
        appending(
            [("Data", pipeline)],
            to: record(
                .classicPowerShell, 800, task: 8, weight: 34, category: "Pipeline Execution Details",
                title: "Pipeline execution details for command line: .", fields: "Details: {runspace.invocation}",
                message: "\nContext Information:\n" + pipeline + "\nDetails:\n{runspace.invocation}")),
        appending(
            [("Data", pipeline)],
            to: record(
                .classicPowerShell, 600, task: 6, weight: 2, category: "Provider Lifecycle",
                title: "Provider \"Registry\" is Started.", fields: "ProviderName: Registry\nNewProviderState: Started",
                message: pipeline)),
        appending(
            [("Data", pipeline)],
            to: record(
                .classicPowerShell, 400, task: 4, weight: 1, category: "Engine Lifecycle",
                title: "Engine state is changed from None to Available.",
                fields: "NewEngineState: Available\nPreviousEngineState: None", message: pipeline)),
        record(
            .powerShell, 4105, version: 1, task: 102, opcode: 15, weight: 2, category: "Starting Command",
            title: "Started invocation of ScriptBlock ID: {nonce.guid}",
            fields: "ScriptBlockId: {nonce.guid}\nRunspaceId: {logon.guid}", message: "Runspace ID: {logon.guid}"),
        record(
            .powerShell, 4106, version: 1, task: 103, opcode: 15, weight: 2, category: "Stopping Command",
            title: "Completed invocation of ScriptBlock ID: {nonce.guid}",
            fields: "ScriptBlockId: {nonce.guid}\nRunspaceId: {logon.guid}", message: "Runspace ID: {logon.guid}"),
    ]
}
