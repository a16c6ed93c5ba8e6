# A row is written back whoever changed it meanwhile.
s/AND vm_status = \? AND rev = \?"/AND (1 = 1 OR vm_status = ? OR rev = ?)"/
