---- MODULE netserver_noFaults ----
\* netserver: check noFaults of Net
\* Client = 2
EXTENDS Integers, Sequences, FiniteSets, Bags, TLC

VARIABLES
  server, \* server
  server_inc, \* server.inc
  server_table, \* server.table
  app_Client1, \* app[Client1]
  app_Client1_conn, \* app[Client1].conn
  app_Client2, \* app[Client2]
  app_Client2_conn, \* app[Client2].conn
  req, \* req
  rep_Client1, \* rep[Client1]
  rep_Client2 \* rep[Client2]

vars == <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1, rep_Client2>>

RemoveAt(list, at) == SubSeq(list, 1, at - 1) \o SubSeq(list, at + 1, Len(list))
InsertAt(list, at, new) == SubSeq(list, 1, at - 1) \o <<new>> \o SubSeq(list, at, Len(list))
Without(list, old) ==
  IF \E at \in 1..Len(list) : list[at] = old
  THEN RemoveAt(list, CHOOSE at \in 1..Len(list) :
                        list[at] = old /\ \A earlier \in 1..(at - 1) : list[earlier] # old)
  ELSE list

TypeOK ==
  /\ server \in {"inactive", "Up", "Down"}
  /\ server_inc \in (0..3)
  /\ server_table \in (SUBSET {"Client1", "Client2"})
  /\ app_Client1 \in {"inactive", "Idle", "Opening", "Open"}
  /\ app_Client1_conn \in ({<<>>} \cup {<<some>> : some \in (0..3)})
  /\ app_Client2 \in {"inactive", "Idle", "Opening", "Open"}
  /\ app_Client2_conn \in ({<<>>} \cup {<<some_2>> : some_2 \in (0..3)})
  /\ req \in UNION {[1..length -> (({"Open"} \X {"Client1", "Client2"}) \cup ({"Data"} \X {"Client1", "Client2"}))] : length \in 0..2}
  /\ rep_Client1 \in UNION {[1..length_2 -> (({"Opened"} \X (0..3)) \cup {<<"Ack">>} \cup {<<"Reset">>})] : length_2 \in 0..2}
  /\ rep_Client2 \in UNION {[1..length_3 -> (({"Opened"} \X (0..3)) \cup {<<"Ack">>} \cup {<<"Reset">>})] : length_3 \in 0..2}

Init ==
  /\ server = "Up"
  /\ server_inc = 0
  /\ server_table = {}
  /\ app_Client1 = "Idle"
  /\ app_Client1_conn = <<>>
  /\ app_Client2 = "Idle"
  /\ app_Client2_conn = <<>>
  /\ req = <<>>
  /\ rep_Client1 = <<>>
  /\ rep_Client2 = <<>>

\* server.restart
server_restart ==
  LET value == (server_inc + 1)
  IN  /\ (server \in {"Down"})
      /\ Assert(~((value \notin 0..3)), "server.restart: a value leaves its range")
      /\ server' = "Up"
      /\ server_inc' = value
      /\ UNCHANGED <<server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1, rep_Client2>>

\* server.Open
server_Open ==
  LET req_next == Tail(req)
      server_table_next == (server_table \cup {Head(req)[2]})
      rep_Client1_next == IF Head(req)[2] = "Client1" THEN Append(rep_Client1, <<"Opened", server_inc>>) ELSE rep_Client1
      rep_Client2_next == IF Head(req)[2] = "Client2" THEN Append(rep_Client2, <<"Opened", server_inc>>) ELSE rep_Client2
  IN  /\ req # <<>>
      /\ Head(req)[1] = "Open"
      /\ (server \in {"Up"})
      /\ (Head(req)[2] = "Client1" => Len(rep_Client1) < 2)
      /\ (Head(req)[2] = "Client2" => Len(rep_Client2) < 2)
      /\ server_table' = server_table_next
      /\ req' = req_next
      /\ rep_Client1' = rep_Client1_next
      /\ rep_Client2' = rep_Client2_next
      /\ UNCHANGED <<server, server_inc, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn>>

\* server.Data
server_Data ==
  LET req_next_2 == Tail(req)
      rep_Client1_next_2 == IF Head(req)[2] = "Client1" THEN Append(rep_Client1, <<"Ack">>) ELSE rep_Client1
      rep_Client2_next_2 == IF Head(req)[2] = "Client2" THEN Append(rep_Client2, <<"Ack">>) ELSE rep_Client2
  IN  /\ req # <<>>
      /\ Head(req)[1] = "Data"
      /\ ((server \in {"Up"}) /\ (Head(req)[2] \in server_table))
      /\ (Head(req)[2] = "Client1" => Len(rep_Client1) < 2)
      /\ (Head(req)[2] = "Client2" => Len(rep_Client2) < 2)
      /\ req' = req_next_2
      /\ rep_Client1' = rep_Client1_next_2
      /\ rep_Client2' = rep_Client2_next_2
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn>>

\* server.Data
server_Data_2 ==
  LET req_next_3 == Tail(req)
      rep_Client1_next_3 == IF Head(req)[2] = "Client1" THEN Append(rep_Client1, <<"Reset">>) ELSE rep_Client1
      rep_Client2_next_3 == IF Head(req)[2] = "Client2" THEN Append(rep_Client2, <<"Reset">>) ELSE rep_Client2
  IN  /\ req # <<>>
      /\ Head(req)[1] = "Data"
      /\ ((server \in {"Up"}) /\ (~(Head(req)[2] \in server_table)))
      /\ (Head(req)[2] = "Client1" => Len(rep_Client1) < 2)
      /\ (Head(req)[2] = "Client2" => Len(rep_Client2) < 2)
      /\ req' = req_next_3
      /\ rep_Client1' = rep_Client1_next_3
      /\ rep_Client2' = rep_Client2_next_3
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn>>

\* app[Client1].open
app_Client1_open ==
  LET req_next_4 == Append(req, <<"Open", "Client1">>)
  IN  /\ (app_Client1 \in {"Idle"})
      /\ Len(req) < 2
      /\ app_Client1' = "Opening"
      /\ req' = req_next_4
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1_conn, app_Client2, app_Client2_conn, rep_Client1, rep_Client2>>

\* app[Client1].write
app_Client1_write ==
  LET req_next_5 == Append(req, <<"Data", "Client1">>)
  IN  /\ (app_Client1 \in {"Open"})
      /\ Len(req) < 2
      /\ req' = req_next_5
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, rep_Client1, rep_Client2>>

\* app[Client1].Opened
app_Client1_Opened ==
  LET rep_Client1_next_4 == Tail(rep_Client1)
      app_Client1_conn_next == <<Head(rep_Client1)[2]>>
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Opened"
      /\ (app_Client1 \in {"Opening"})
      /\ app_Client1' = "Open"
      /\ app_Client1_conn' = app_Client1_conn_next
      /\ rep_Client1' = rep_Client1_next_4
      /\ UNCHANGED <<server, server_inc, server_table, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client1].drop
app_Client1_drop ==
  LET rep_Client1_next_5 == Tail(rep_Client1)
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Opened"
      /\ (app_Client1 \in {"Idle", "Open"})
      /\ rep_Client1' = rep_Client1_next_5
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client1].Ack
app_Client1_Ack ==
  LET rep_Client1_next_6 == Tail(rep_Client1)
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Ack"
      /\ (app_Client1 \in {"Open"})
      /\ rep_Client1' = rep_Client1_next_6
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client1].drop
app_Client1_drop_2 ==
  LET rep_Client1_next_7 == Tail(rep_Client1)
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Ack"
      /\ (app_Client1 \in {"Idle", "Opening"})
      /\ rep_Client1' = rep_Client1_next_7
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client1].Reset
app_Client1_Reset ==
  LET rep_Client1_next_8 == Tail(rep_Client1)
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Reset"
      /\ (app_Client1 \in {"Open"})
      /\ app_Client1' = "Idle"
      /\ app_Client1_conn' = <<>>
      /\ rep_Client1' = rep_Client1_next_8
      /\ UNCHANGED <<server, server_inc, server_table, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client1].drop
app_Client1_drop_3 ==
  LET rep_Client1_next_9 == Tail(rep_Client1)
  IN  /\ rep_Client1 # <<>>
      /\ Head(rep_Client1)[1] = "Reset"
      /\ (app_Client1 \in {"Idle", "Opening"})
      /\ rep_Client1' = rep_Client1_next_9
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client2>>

\* app[Client2].open
app_Client2_open ==
  LET req_next_6 == Append(req, <<"Open", "Client2">>)
  IN  /\ (app_Client2 \in {"Idle"})
      /\ Len(req) < 2
      /\ app_Client2' = "Opening"
      /\ req' = req_next_6
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2_conn, rep_Client1, rep_Client2>>

\* app[Client2].write
app_Client2_write ==
  LET req_next_7 == Append(req, <<"Data", "Client2">>)
  IN  /\ (app_Client2 \in {"Open"})
      /\ Len(req) < 2
      /\ req' = req_next_7
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, rep_Client1, rep_Client2>>

\* app[Client2].Opened
app_Client2_Opened ==
  LET rep_Client2_next_4 == Tail(rep_Client2)
      app_Client2_conn_next == <<Head(rep_Client2)[2]>>
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Opened"
      /\ (app_Client2 \in {"Opening"})
      /\ app_Client2' = "Open"
      /\ app_Client2_conn' = app_Client2_conn_next
      /\ rep_Client2' = rep_Client2_next_4
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, req, rep_Client1>>

\* app[Client2].drop
app_Client2_drop ==
  LET rep_Client2_next_5 == Tail(rep_Client2)
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Opened"
      /\ (app_Client2 \in {"Idle", "Open"})
      /\ rep_Client2' = rep_Client2_next_5
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1>>

\* app[Client2].Ack
app_Client2_Ack ==
  LET rep_Client2_next_6 == Tail(rep_Client2)
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Ack"
      /\ (app_Client2 \in {"Open"})
      /\ rep_Client2' = rep_Client2_next_6
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1>>

\* app[Client2].drop
app_Client2_drop_2 ==
  LET rep_Client2_next_7 == Tail(rep_Client2)
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Ack"
      /\ (app_Client2 \in {"Idle", "Opening"})
      /\ rep_Client2' = rep_Client2_next_7
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1>>

\* app[Client2].Reset
app_Client2_Reset ==
  LET rep_Client2_next_8 == Tail(rep_Client2)
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Reset"
      /\ (app_Client2 \in {"Open"})
      /\ app_Client2' = "Idle"
      /\ app_Client2_conn' = <<>>
      /\ rep_Client2' = rep_Client2_next_8
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, req, rep_Client1>>

\* app[Client2].drop
app_Client2_drop_3 ==
  LET rep_Client2_next_9 == Tail(rep_Client2)
  IN  /\ rep_Client2 # <<>>
      /\ Head(rep_Client2)[1] = "Reset"
      /\ (app_Client2 \in {"Idle", "Opening"})
      /\ rep_Client2' = rep_Client2_next_9
      /\ UNCHANGED <<server, server_inc, server_table, app_Client1, app_Client1_conn, app_Client2, app_Client2_conn, req, rep_Client1>>

Next ==
  \/ server_restart
  \/ server_Open
  \/ server_Data
  \/ server_Data_2
  \/ app_Client1_open
  \/ app_Client1_write
  \/ app_Client1_Opened
  \/ app_Client1_drop
  \/ app_Client1_Ack
  \/ app_Client1_drop_2
  \/ app_Client1_Reset
  \/ app_Client1_drop_3
  \/ app_Client2_open
  \/ app_Client2_write
  \/ app_Client2_Opened
  \/ app_Client2_drop
  \/ app_Client2_Ack
  \/ app_Client2_drop_2
  \/ app_Client2_Reset
  \/ app_Client2_drop_3

\* Every step but faults.
Moves ==
  \/ server_restart
  \/ server_Open
  \/ server_Data
  \/ server_Data_2
  \/ app_Client1_open
  \/ app_Client1_write
  \/ app_Client1_Opened
  \/ app_Client1_drop
  \/ app_Client1_Ack
  \/ app_Client1_drop_2
  \/ app_Client1_Reset
  \/ app_Client1_drop_3
  \/ app_Client2_open
  \/ app_Client2_write
  \/ app_Client2_Opened
  \/ app_Client2_drop
  \/ app_Client2_Ack
  \/ app_Client2_drop_2
  \/ app_Client2_Reset
  \/ app_Client2_drop_3

Fairness ==
  /\ WF_vars(server_restart)
  /\ WF_vars(server_Open)
  /\ WF_vars(server_Data)
  /\ WF_vars(server_Data_2)
  /\ SF_vars(app_Client1_write)
  /\ WF_vars(app_Client1_Opened)
  /\ WF_vars(app_Client1_drop)
  /\ WF_vars(app_Client1_Ack)
  /\ WF_vars(app_Client1_drop_2)
  /\ WF_vars(app_Client1_Reset)
  /\ WF_vars(app_Client1_drop_3)
  /\ SF_vars(app_Client2_write)
  /\ WF_vars(app_Client2_Opened)
  /\ WF_vars(app_Client2_drop)
  /\ WF_vars(app_Client2_Ack)
  /\ WF_vars(app_Client2_drop_2)
  /\ WF_vars(app_Client2_Reset)
  /\ WF_vars(app_Client2_drop_3)

Spec == Init /\ [][Next]_vars /\ Fairness

NoHalfOpen == (((server \in {"Up"}) /\ ((Len(req) = 0) /\ (\A c \in {"Client1", "Client2"} : (Len((IF c = "Client1" THEN rep_Client1 ELSE rep_Client2)) = 0)))) => (\A c_2 \in {"Client1", "Client2"} : (((IF c_2 = "Client1" THEN app_Client1 ELSE app_Client2) \in {"Open"}) => (c_2 \in server_table))))
SomeoneOpen == (\E c_3 \in {"Client1", "Client2"} : ((IF c_3 = "Client1" THEN app_Client1 ELSE app_Client2) \in {"Open"}))
\* As an invariant, this one is violated by a witness of SomeoneOpen.
Never_SomeoneOpen == ~SomeoneOpen

Heals ==
  /\ ((((app_Client1 \in {"Open"}) /\ (server \in {"Up"})) /\ (~("Client1" \in server_table))) ~> ((~(app_Client1 \in {"Open"})) \/ ("Client1" \in server_table)))
  /\ ((((app_Client2 \in {"Open"}) /\ (server \in {"Up"})) /\ (~("Client2" \in server_table))) ~> ((~(app_Client2 \in {"Open"})) \/ ("Client2" \in server_table)))

\* A message that would be taken next has no rule.
Unhandled ==
  \/ FALSE
NoneUnhandled == ~Unhandled
\* A step other than a fault is enabled, or every instance is in a final mode.
NotStuck ==
  \/ ENABLED Moves
  \/ /\ server \in {"inactive"}
     /\ app_Client1 \in {"inactive"}
     /\ app_Client2 \in {"inactive"}

====

SPECIFICATION Spec
INVARIANT TypeOK
INVARIANT NoHalfOpen
INVARIANT NoneUnhandled
INVARIANT NotStuck
PROPERTY Heals
CHECK_DEADLOCK FALSE
