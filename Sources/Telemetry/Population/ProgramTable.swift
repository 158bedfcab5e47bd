/// A program that runs on the population's computers.
struct Program {
    var path: String
    var original: String
    var description: String
    var vendor: Vendor
    /// Whether the system's accounts run it, rather than people.
    var isService: Bool
    /// Command lines with the codes of `TextExpander`.
    var commands: [String]

    enum Vendor: String {
        case windows = "w"
        case microsoft = "m"
        case google = "g"
        case other = "o"

        var company: String {
            switch self {
            case .windows, .microsoft: "Microsoft Corporation"
            case .google: "Google LLC"
            case .other: "Northwind Software GmbH"
            }
        }

        var product: String {
            switch self {
            case .windows: "Microsoft® Windows® Operating System"
            case .microsoft: "Microsoft Office"
            case .google: "Google Chrome"
            case .other: "Northwind Suite"
            }
        }

        var version: String {
            switch self {
            case .windows: "10.0.19041.3636 (WinBuild.160101.0800)"
            case .microsoft: "16.0.17328.20162"
            case .google: "122.0.6261.112"
            case .other: "7.4.2.0"
            }
        }
    }

    /// The programs, the most frequent first.
    static let all: [Program] = {
        var programs: [Program] = []
        for line in table.utf8.split(separator: UInt8(ascii: "\n")) {
            let text = Substring(line)
            if text.utf8.first == UInt8(ascii: " ") {
                programs[programs.count - 1].commands.append(String(text.drop { $0 == " " }))
            } else {
                let columns = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
                guard columns.count == 5, let vendor = Vendor(rawValue: columns[3]) else { continue }
                programs.append(
                    Program(
                        path: columns[0], original: columns[1], description: columns[2], vendor: vendor,
                        isService: columns[4] == "service", commands: []))
            }
        }
        return programs
    }()

    /// `path|OriginalFileName|Description|vendor|who runs it`, then its command lines, indented.
    private static let table = #"""
        C:\Windows\System32\svchost.exe|svchost.exe|Host Process for Windows Services|w|service
          C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule
          C:\Windows\System32\svchost.exe -k LocalServiceNetworkRestricted -p -s %w
          C:\Windows\system32\svchost.exe -k DcomLaunch -p -s LSM
          C:\Windows\System32\svchost.exe -k NetworkService -p -s Dnscache
        C:\Windows\System32\lsass.exe|lsass.exe|Local Security Authority Process|w|service
          C:\Windows\system32\lsass.exe
        C:\Program Files\Google\Chrome\Application\chrome.exe|chrome.exe|Google Chrome|g|person
          "C:\Program Files\Google\Chrome\Application\chrome.exe" --type=renderer --field-trial-handle=%d,i,%l,262144 --lang=de --renderer-client-id=%d /prefetch:1
          "C:\Program Files\Google\Chrome\Application\chrome.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --user-data-dir="C:\Users\%u\AppData\Local\Google\Chrome\User Data"
        C:\Windows\System32\wbem\WmiPrvSE.exe|Wmiprvse.exe|WMI Provider Host|w|service
          C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding
          C:\Windows\system32\wbem\wmiprvse.exe -Embedding
        C:\Windows\explorer.exe|EXPLORER.EXE|Windows Explorer|w|person
          C:\Windows\Explorer.EXE
          C:\Windows\explorer.exe /factory,{75dff2b7-6936-4c06-a8bb-676a7b00b24b} -Embedding
        C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe|PowerShell.EXE|Windows PowerShell|w|person
          powershell.exe -NoProfile -ExecutionPolicy Bypass -File "C:\ProgramData\Deploy\inventory-%d.ps1" -Site %w
          "C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NonInteractive -Command "& { Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object Caption, Version }"
          powershell.exe -Command "Get-WmiObject -Class Win32_Service -ComputerName %h | Where-Object { $_.State -ne 'Running' -and $_.StartMode -eq 'Auto' }"
          powershell.exe -NoLogo -Sta -EncodedCommand %b
          powershell.exe -c "Get-ChildItem 'C:\Users\%u\Documents' -Recurse | Measure-Object -Sum Length > C:\Temp\%x.txt"
          powershell.exe -Command "Invoke-Command -ComputerName %h -ScriptBlock { Restart-Service -Name %w }"
          powershell.exe -NoProfile "Get-EventLog -LogName System -Newest %d | Export-Csv -Path \\%h\reports$\%x.csv"
        C:\Windows\System32\services.exe|services.exe|Services and Controller app|w|service
          C:\Windows\system32\services.exe
        C:\Windows\System32\conhost.exe|CONHOST.EXE|Console Window Host|w|person
          \??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1
        C:\Windows\System32\cmd.exe|Cmd.Exe|Windows Command Processor|w|person
          C:\Windows\system32\cmd.exe /c "net use \\%h\transfer$ /persistent:no & dir /b > %TEMP%\%x.lst"
          cmd.exe /d /c "C:\Program Files\Northwind\bin\sync.cmd" %w < NUL 2>&1
          C:\Windows\system32\cmd.exe /S /D /c" echo %w "
          "C:\Windows\System32\cmd.exe" /q /c ipconfig /all
        C:\Program Files\Northwind Suite\Agent\nwagent.exe|nwagent.exe|Northwind Endpoint Agent|o|service
          "C:\Program Files\Northwind Suite\Agent\nwagent.exe" --profile=default --interval=%d --token=%g
        C:\Windows\System32\backgroundTaskHost.exe|backgroundTaskHost.exe|Background Task Host|w|person
          "C:\Windows\system32\backgroundTaskHost.exe" -ServerName:%w.AppX%x%x.mca
        C:\Windows\System32\RuntimeBroker.exe|RuntimeBroker.exe|Runtime Broker|w|person
          C:\Windows\System32\RuntimeBroker.exe -Embedding
        C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe|msedge.exe|Microsoft Edge|w|person
          "C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --no-startup-window --win-session-start /prefetch:5
        C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE|Outlook.exe|Microsoft Outlook|m|person
          "C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE" /recycle
        C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE|WinWord.exe|Microsoft Word|m|person
          "C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\%u\Documents\Übersicht %d (Entwurf).docx" /o ""
          "C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "\\%h\public$\Отчёт %d.docx" /o "%u"
        C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE|Excel.exe|Microsoft Excel|m|person
          "C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE" /dde "C:\Users\%u\Desktop\予算 %d.xlsx"
          "C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE" "C:\Users\%u\Downloads\Q1 & Q2 📊 <final>.xlsx"
        C:\Windows\System32\taskhostw.exe|taskhostw.exe|Host Process for Windows Tasks|w|person
          taskhostw.exe %w
          taskhostw.exe Install $(Arg0)
        C:\Windows\System32\SearchProtocolHost.exe|SearchProtocolHost.exe|Microsoft Windows Search Protocol Host|w|service
          "C:\Windows\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe%d_ Global\UsGthrCtrlFltPipeMssGthrPipe%d 1 -%l "Software\Microsoft\Windows Search"
        C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24010.12-0\MsMpEng.exe|MsMpEng.exe|Antimalware Service Executable|w|service
          "C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24010.12-0\MsMpEng.exe"
        C:\Windows\System32\dllhost.exe|dllhost.exe|COM Surrogate|w|person
          C:\Windows\system32\DllHost.exe /Processid:{%g}
        C:\Windows\System32\rundll32.exe|RUNDLL32.EXE|Windows host process (Rundll32)|w|person
          "C:\Windows\system32\rundll32.exe" Startupscan.dll,SusRunTask
          rundll32.exe AppXDeploymentExtensions.OneCore.dll,ShellRefresh
        C:\Windows\System32\schtasks.exe|schtasks.exe|Task Scheduler Configuration Tool|w|service
          schtasks.exe /query /fo CSV /tn "\Northwind\%w"
        C:\Windows\System32\reg.exe|reg.exe|Registry Console Tool|w|person
          reg query "HKLM\SOFTWARE\Northwind\%w" /v InstallDate /t REG_SZ
        C:\Windows\System32\wbem\WMIC.exe|wmic.exe|WMI Commandline Utility|w|person
          wmic /node:"%h" os get LastBootUpTime /format:csv
          wmic.exe product where "Name like 'Northwind%%'" get Version
        C:\Windows\System32\net.exe|net.exe|Net Command|w|person
          net localgroup Administrators
          net view \\%h /all
        C:\Windows\System32\mmc.exe|mmc.exe|Microsoft Management Console|w|person
          "C:\Windows\system32\mmc.exe" "C:\Windows\system32\eventvwr.msc" /s
        C:\Program Files\PowerShell\7\pwsh.exe|pwsh.dll|pwsh|w|person
          "C:\Program Files\PowerShell\7\pwsh.exe" -NoLogo -NoProfile -Command "Get-Service | Where-Object Status -eq 'Stopped'"
          pwsh.exe -File C:\Tools\build\publish.ps1 -Configuration Release -Version 2.%d.%d
        C:\Users\Public\Tools\procmon64.exe|Procmon.exe|Process Monitor|o|person
          "C:\Users\Public\Tools\procmon64.exe" /Quiet /BackingFile C:\Temp\%x.pml
        C:\Program Files\Git\cmd\git.exe|git.exe|Git for Windows|o|person
          git.exe -c core.quotepath=false log -n %d --pretty="%%H %%an <%%ae>"
          "C:\Program Files\Git\cmd\git.exe" fetch --prune origin "+refs/heads/*:refs/remotes/origin/*"
        C:\Windows\System32\spoolsv.exe|spoolsv.exe|Spooler SubSystem App|w|service
          C:\Windows\System32\spoolsv.exe
        C:\Windows\System32\tasklist.exe|tasklist.exe|Lists the current running tasks|w|person
          tasklist /s %h /fi "IMAGENAME eq %w.exe"
        C:\Windows\System32\WindowsPowerShell\v1.0\powershell_ise.exe|powershell_ise.EXE|Windows PowerShell ISE|w|person
          "C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell_ISE.exe" "C:\Users\%u\Documents\skripte\täglich-%d.ps1"
        System|-|-|w|service
          -
        """#
}
